"""Samples of the author of `desk` and `register`."""

from capbuild.model import Missing
from capbuild.testing import ReaderConformance, Sample, WriterConformance

A, D, R = Missing.NO_ANSWER, Missing.DONT_KNOW, Missing.REFUSED
BOOK = """DESKBOOK 2
form\tunits\t3\tNeeds of units\tBesoins des unités
languages\ten\tfr
missing\t-9\trefused\t
missing\t-8\tdon't know\t
section\tgeneral\tGeneral\tGénéral
repeat\tposts\tPosts\tPostes
ask\tcountry\ttext\tgeneral\tCountry\tPays
ask\tstaff\twhole\tgeneral\tHow many staff?\tCombien d'agents ?
unit\tpersons
range\t0\t5000
must
ask\tshare\tnumber\tgeneral\tShare of budget\tPart du budget
unit\t%
ask\tsince\tday\tgeneral\tSince when?\tDepuis quand ?
ask\tlaw\tone\tgeneral\tIs a law in force?\tUne loi est-elle en vigueur ?
hint\tAny law.\tToute loi.
choice\t1\tYes\tOui
choice\t2\tNo\tNon
choice\t7\tDon't know\tNe sait pas
ask\ttopics\tmany\tgeneral\tTopics of the law\tSujets de la loi
if\tlaw\t1
choice\ta\tTheft\tVol
choice\tb\tFraud\tFraude
other\tz\tOther\tAutre
only\tn\tNone\tAucun
ask\tready\tyesno\tgeneral\tReady?\tPrêt ?
ask\tremark\ttext\t\tRemarks\tRemarques
ask\temail\ttext\tgeneral\tE-mail\tCourriel
ask\tpost\ttext\tposts\tName of the post\tNom du poste
ask\tsize\twhole\tposts\tSize of the post\tTaille du poste
end
""".encode()
DATA = """DESK 2
book\tunits
visit\tr1\t2016-03-31T09:00:00+00:00\tfinal\ten
is\tcountry\tJamaica
is\tstaff\t12\tas of May
is\tshare\t2.5
is\tsince\t2010-04-01
is\tlaw\t1
is\ttopics\ta,b
is\tready\tyes
is\tremark\tWe need radios; vehicles.
is\temail\ta@example.org
each\tpost\t1\tKingston
each\tsize\t1\t4
each\tpost\t2\tNegril
each\tsize\t2\t-8
done
visit\tr2\t2016-04-02\topen\tfr
is\tcountry\tHaïti
is\tstaff\t-9
is\tshare\t0
is\tsince\t
is\tlaw\t2
is\tready\tno
is\tremark\t
is\temail\tb@example.org
each\tpost\t1\tJacmel
each\tsize\t1\t31
done
visit\tr3\t2016-04-03\tfinal\ten
is\tcountry\tBelize
is\tstaff\t0
is\tshare\t-8
is\tsince\t2012-12-31
is\tlaw\t7
is\ttopics\t
is\tready\t-9
is\tremark\tn/a
each\tpost\t1\tBelmopan
each\tsize\t1\t-9
done
""".encode()
EXPECT = {
    "r1": {
        "@date": "2016-03-31",
        "@language": "en",
        "@country": "JM",
        "@respondent": "r1",
        "@submitted": "2016-03-31T09:00:00+00:00",
        "@version": "3",
        "country": "Jamaica",
        "email": "a@example.org",
        "law": "1",
        "post[1]": "Kingston",
        "post[2]": "Negril",
        "ready": True,
        "remark": "We need radios; vehicles.",
        "share": 2.5,
        "since": "2010-04-01",
        "size[1]": 4,
        "size[2]": D,
        "staff": 12,
        "staff comment": "as of May",
        "topics": ("a", "b"),
        ...: ...,
    },
    "r2": {
        "@date": "2016-04-02",
        "@status": "partial",
        "country": "Haïti",
        "law": "2",
        "post[1]": "Jacmel",
        "ready": False,
        "remark": A,
        "share": 0,
        "since": A,
        "size[1]": 31,
        "staff": R,
        "topics": Missing.NOT_ASKED,
        ...: ...,
    },
    "r3": {
        "email": A,
        "law": D,
        "post[1]": "Belmopan",
        "ready": R,
        "remark": "n/a",
        "share": D,
        "since": "2012-12-31",
        "size[1]": R,
        "staff": 0,
        "topics": A,
        ...: ...,
    },
}


def edit(data, change):  # noqa: C901 - one branch a kind of edit
    lines = data.decode().split("\n")

    def block(origin):
        first = origin.row - 1
        while not lines[first].startswith("visit"):
            first -= 1
        last = first
        while not lines[last].startswith("done"):
            last += 1
        return first, last + 1

    place = change.origin
    if change.kind in ("replace", "remove") and (place.column is None or not lines[0].startswith("DESK 2")):
        return None
    if change.kind == "replace":
        cells = lines[place.row - 1].split("\t")
        text = change.text.replace("\n", "\\n").replace("\t", "\\t")
        cells[place.column - 1] = text
        lines[place.row - 1] = "\t".join(cells)
    elif change.kind == "remove":
        del lines[place.row - 1]
    elif change.kind == "swap":
        a, b = sorted((block(change.origin), block(change.other)))
        lines = lines[: a[0]] + lines[b[0] : b[1]] + lines[a[1] : b[0]] + lines[a[0] : a[1]] + lines[b[1] :]
    elif change.kind == "copy":
        a, b = block(place)
        new = []
        for n in range(change.times or 1):
            copy = lines[a:b]
            if change.id:
                cells = copy[0].split("\t")
                cells[1] = change.new_id(n)
                copy = ["\t".join(cells), *copy[1:]]
            new += copy
        lines[b:b] = new
    else:
        return None
    return "\n".join(lines).encode()


class Desk(ReaderConformance):
    reader = "desk"
    unread = {
        "lines with 'book'": "it says which dictionary to look for",
        "lines with 'missing'": "codes are found in answers, which a dictionary has none of",
    }
    samples = (
        Sample(name="units.deskbook", data=BOOK, responses=0),
        Sample(
            name="units.desk",
            data=DATA,
            responses=3,
            options={"book": BOOK},
            personal=("email",),
            edit=edit,
            expect=EXPECT,
        ),
    )

    def text_at(self, sample, origin):
        line = sample.content.decode().split("\n")[origin.row - 1]
        return line.split("\t")[origin.column - 1] if origin.column else line


class DeskWriter(WriterConformance):
    writer = "desk"
    unshown = {"responses[*].date": "a time of sending says its day"}


class Register(WriterConformance):
    writer = "register"
