// Runs first in the body, before anything is drawn: the styles of revealed sections hang on these classes.
// Without JavaScript the classes are absent and everything is shown.
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) document.body.classList.add("govuk-frontend-supported");
