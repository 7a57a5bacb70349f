-- How many mails went out in a day for an organisation to addresses that its people typed: so that nobody writes to the
-- whole world in our name.
CREATE TABLE organisation_letters (
    organisation_id bigint NOT NULL REFERENCES organisations,
    day             date NOT NULL,
    sent            integer NOT NULL CHECK (sent > 0),
    PRIMARY KEY (organisation_id, day)
);
GRANT SELECT, INSERT, UPDATE ON organisation_letters TO bursar_app;

-- The name that an approved organisation would like to have and that looks like another's: staff look first.
ALTER TABLE organisations ADD COLUMN asked_name text NOT NULL DEFAULT '' CONSTRAINT organisations_asked_name CHECK (length(asked_name) <= 200);
GRANT SELECT (asked_name) ON organisations TO bursar_employer;
