(function () {
  "use strict";
  // Letters without their accents: "Curacao" finds "Curaçao".
  function plain(text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLocaleLowerCase();
  }
  // The filter boxes are hidden without script, since they would do nothing.
  document.querySelectorAll(".filter").forEach(function (box) {
    var input = box.querySelector("input");
    var output = box.querySelector("output");
    var rows = Array.prototype.slice.call(box.parentNode.querySelectorAll("tbody tr:not(.group)"));
    var heads = Array.prototype.slice.call(box.parentNode.querySelectorAll("tbody tr.group"));
    var texts = rows.map(function (row) {
      var head = row.parentNode.querySelector("tr.group");
      return plain(row.getAttribute("data-name") || (head ? head.textContent + " " : "") + row.textContent);
    });
    box.hidden = false;
    input.addEventListener("input", function () {
      var wanted = plain(input.value.trim());
      var shown = 0;
      rows.forEach(function (row, place) {
        var fits = texts[place].indexOf(wanted) !== -1;
        row.hidden = !fits;
        shown += fits ? 1 : 0;
      });
      heads.forEach(function (head) {
        head.hidden = head.parentNode.querySelector("tr:not(.group):not([hidden])") === null;
      });
      output.textContent = wanted === "" ? "" : output.getAttribute("data-text")
        .replace("{shown}", shown).replace("{total}", rows.length);
    });
  });
}());
