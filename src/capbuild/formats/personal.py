"""Columns that reveal a person, by their heads in the languages of this library's users."""

from collections.abc import Mapping

from capbuild.formats.folding import fold_head
from capbuild.model import PersonalData

__all__ = ["personal_by_head"]

_PERSONAL_HEADS: dict[PersonalData, str] = {
    PersonalData.NAME: (
        "name | full name | first name | last name | firstname | lastname | surname | family name | given name | "
        "your name | respondent name | name of respondent | contact name | contact person | enumerator name | nombre | "
        "nombres | apellido | apellidos | nombre completo | nombre y apellido | nombre y apellidos | "
        "nombre del encuestado | persona de contacto | nom | prenom | nom complet | nom de famille | "
        "nom du repondant | personne de contact | naam | voornaam | achternaam | volledige naam | contactpersoon | "
        "nome | nome completo | sobrenome | pessoa de contato | username | user name | recipientfirstname | "
        "recipientlastname | recipient first name | recipient last name | submitted by"
    ),
    PersonalData.EMAIL: (
        "email | e mail | email address | e mail address | mail | correo | correo electronico | courriel | "
        "adresse e mail | adresse electronique | e mailadres | emailadres | recipientemail | recipient email"
    ),
    PersonalData.TELEPHONE: (
        "telephone | phone | phone number | telephone number | mobile | mobile number | cell phone | whatsapp | "
        "telefono | celular | movil | numero de telefono | portable | numero de telephone | telefoon | "
        "telefoonnummer | gsm | telefone | phonenumber"
    ),
    PersonalData.ADDRESS: (
        "address | street address | postal address | home address | direccion | domicilio | adresse | "
        "adresse postale | adres | postadres | endereco | zip | zip code | postcode | postal code | codigo postal | "
        "code postal"
    ),
    PersonalData.DEVICE: (
        "device | device id | deviceid | imei | sim serial | simserial | simid | subscriber id | subscriberid | "
        "user agent | devicephonenum"
    ),
    PersonalData.NETWORK_ADDRESS: (
        "ip | ip address | ipaddress | direccion ip | adresse ip | ip adres | endereco ip | network id"
    ),
    PersonalData.LOCATION: (
        "gps | geolocation | location latitude | location longitude | locationlatitude | locationlongitude | "
        "latitude | longitude | geopoint | coordinates | coordenadas | coordonnees | coordinaten | ubicacion gps | "
        "gps latitude | gps longitude | gps altitude | gps precision"
    ),
    PersonalData.IDENTIFIER: (
        "passport | passport number | national id | id number | badge number | numero de placa | cedula | dni | "
        "numero de identidad | matricule | numero d identite | paspoortnummer | badgenummer | external reference | "
        "survey identifier | redcap survey identifier"
    ),
}

_PERSONAL: Mapping[str, PersonalData] = {
    head: kind for kind, heads in _PERSONAL_HEADS.items() for head in heads.split(" | ")
}

#: Words that say what is asked, in any head that has no other words than these and the small ones below.
_KEYS: Mapping[PersonalData, str] = {
    PersonalData.EMAIL: "email | mail | correo | courriel | emailadres | mailadres | electronico | electronique",
    PersonalData.TELEPHONE: (
        "telephone | phone | mobile | whatsapp | telefono | telefonico | celular | movil | telefoon | telefoonnummer | "
        "gsm | telefone | cellphone | tel | mobiel"
    ),
    PersonalData.NETWORK_ADDRESS: "ip",
    PersonalData.DEVICE: "imei | deviceid | simserial | subscriberid",
    PersonalData.NAME: (
        "name | names | nombre | nombres | apellido | apellidos | surname | lastname | firstname | fullname | nom | "
        "prenom | prenoms | naam | voornaam | achternaam | nome | sobrenome"
    ),
    PersonalData.IDENTIFIER: "passport | cedula | dni | matricule | badge",
}
#: Whose it is: only with one of these is a name that of a person, not of a unit or a law.
_PERSONS = (
    "your respondent respondents interviewer interviewee enumerator participant participants contact focal officer "
    "person first last full family given su encuestado encuestador entrevistado entrevistador participante contacto "
    "persona completo votre repondant enqueteur personne prenom nom apellido apellidos uw respondente contactpersoon "
    "pessoa seu supervisor optional opcional facultatif"
)
_SMALL = (
    "a an the of for to and or what is are please enter give provide write state indicate fill in you our their s "
    "address adress adresse adres direccion endereco number numero num no nr nummer required work personal official "
    "office business private main primary secondary alternative cell home professionnelle professionnel "
    "de del la el los las y e o sus cual es un una por favor indique escriba d l le les et ou une quel quelle est vos "
    "veuillez indiquer saisir point punto het van en wat do da sua qual electronica details 1 2 3"
)
_WHOSE = frozenset(_PERSONS.split())
_OTHERS = frozenset(_SMALL.split()) | _WHOSE
_WORDS = {word: kind for kind, words in _KEYS.items() for word in words.split(" | ")}
_LONGEST = 14


def personal_by_head(head: str) -> PersonalData | None:
    """Return what a column would reveal about a person, by its head.

    Example:
        >>> personal_by_head("Correo electrónico").value, personal_by_head("TEC-2.2a")
        ('e-mail', None)
        >>> personal_by_head("What is your mobile phone number?").value, personal_by_head("Name of the unit")
        ('telephone', None)
    """
    folded = fold_head(head)
    known = _PERSONAL.get(folded)
    words = folded.split()
    if known is not None or len(words) > _LONGEST:
        return known
    kinds = [_WORDS[word] for word in words if word in _WORDS]
    if not kinds or any(word not in _WORDS and word not in _OTHERS for word in words):
        return None
    if all(kind is PersonalData.NAME for kind in kinds):
        return PersonalData.NAME if _WHOSE.intersection(words) else None
    return next(kind for kind in kinds if kind is not PersonalData.NAME)
