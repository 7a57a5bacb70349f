// Every page works without this file. It adds the GOV.UK components that the pages use, and our own few.
import { createAll } from "govuk-frontend/dist/govuk/init.mjs";
import { Button } from "govuk-frontend/dist/govuk/components/button/button.mjs";
import { Checkboxes } from "govuk-frontend/dist/govuk/components/checkboxes/checkboxes.mjs";
import { ErrorSummary } from "govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs";
import { NotificationBanner } from "govuk-frontend/dist/govuk/components/notification-banner/notification-banner.mjs";
import { Radios } from "govuk-frontend/dist/govuk/components/radios/radios.mjs";
import { SkipLink } from "govuk-frontend/dist/govuk/components/skip-link/skip-link.mjs";
import { ask } from "./ask.js";
import { autosave } from "./autosave.js";
import { bands } from "./bands.js";
import { funds } from "./funds.js";
import { paste } from "./paste.js";
import { print } from "./print.js";
import { register } from "./register.js";

createAll(Button, { preventDoubleClick: true });
for (const component of [Checkboxes, ErrorSummary, NotificationBanner, Radios, SkipLink]) createAll(component);
paste();
ask();
autosave();
bands();
funds();
print();
register();
