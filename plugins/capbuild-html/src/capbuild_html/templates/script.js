(function () {
  "use strict";
  // The filter boxes are hidden without script, since they would do nothing.
  document.querySelectorAll(".filter").forEach(function (box) {
    var input = box.querySelector("input");
    var output = box.querySelector("output");
    var rows = Array.prototype.slice.call(box.parentNode.querySelectorAll("tbody tr:not(.group)"));
    var texts = rows.map(function (row) {
      return (row.getAttribute("data-name") || row.textContent).toLocaleLowerCase();
    });
    var folds = Array.prototype.slice.call(box.parentNode.querySelectorAll("details"));
    box.hidden = false;
    input.addEventListener("input", function () {
      var wanted = input.value.trim().toLocaleLowerCase();
      var shown = 0;
      rows.forEach(function (row, place) {
        var fits = texts[place].indexOf(wanted) !== -1;
        row.hidden = !fits;
        shown += fits ? 1 : 0;
      });
      folds.forEach(function (fold) {
        var some = fold.querySelector("tbody tr:not([hidden])") !== null;
        fold.hidden = !some;
        fold.open = wanted !== "" && some;
      });
      output.textContent = wanted === "" ? "" : output.getAttribute("data-text")
        .replace("{shown}", shown).replace("{total}", rows.length);
    });
  });
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (fold) { fold.open = true; });
  });
}());
