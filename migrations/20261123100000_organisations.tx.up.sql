-- Employers and other organisations that pay, and who acts for them. bursar_employer serves their pages: row security
-- shows it what is its own organisations', and it has no right on anything that tells who else pays, or why.
DO $$
BEGIN
    BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bursar_employer') THEN
            CREATE ROLE bursar_employer NOLOGIN;
        END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL; -- made at the same moment for another database of this server
    END;
    EXECUTE format('GRANT bursar_employer TO %I', current_user);
END
$$;
GRANT USAGE ON SCHEMA public TO bursar_employer;
GRANT SELECT ON courses, runs, blocks, run_prices, run_withdrawal_steps, run_places TO bursar_employer;

-- Off the organisation's price, and never both: so much for a team of so many or more, so much for booking early.
CREATE TABLE run_discounts (
    run_id     bigint PRIMARY KEY REFERENCES runs,
    team_from  integer NOT NULL CHECK (team_from >= 2),
    team_bp    integer NOT NULL CHECK (team_bp BETWEEN 0 AND 10000),
    early_days integer NOT NULL CHECK (early_days >= 1),
    early_bp   integer NOT NULL CHECK (early_bp BETWEEN 0 AND 10000)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON run_discounts TO bursar_app;
GRANT SELECT ON run_discounts TO bursar_employer;

CREATE TABLE organisations (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code           text NOT NULL CONSTRAINT organisations_code_once UNIQUE,
    status         text NOT NULL CONSTRAINT organisations_status CHECK (status IN ('invited', 'pending', 'approved', 'refused', 'closed')),
    name           text NOT NULL CONSTRAINT organisations_name CHECK (length(name) BETWEEN 1 AND 200),
    kind           text NOT NULL DEFAULT 'other'
                   CONSTRAINT organisations_kind CHECK (kind IN ('nhs_trust', 'icb', 'council', 'charity', 'company', 'other')),
    company_number text NOT NULL DEFAULT '',
    charity_number text NOT NULL DEFAULT '',
    org_code       text NOT NULL DEFAULT '',      -- organisation code of the NHS: "QX1"
    payables_code  text NOT NULL DEFAULT '',      -- "X101"
    gln            text NOT NULL DEFAULT '' CONSTRAINT organisations_gln CHECK (gln ~ '^([0-9]{13})?$'),
    address        text NOT NULL DEFAULT '',      -- where invoices go to: lines without city and postcode
    city           text NOT NULL DEFAULT '',
    postcode       text NOT NULL DEFAULT '',
    department     text NOT NULL DEFAULT '',      -- and who there: some return an invoice without it
    contact        text NOT NULL DEFAULT '',
    invoice_email  text NOT NULL DEFAULT '',
    po_rule        text NOT NULL DEFAULT 'required'
                   CONSTRAINT organisations_po_rule CHECK (po_rule IN ('required', 'may_follow', 'not_used')),
    terms_days     integer NOT NULL DEFAULT 30 CONSTRAINT organisations_terms CHECK (terms_days BETWEEN 0 AND 90),
    like_id        bigint REFERENCES organisations, -- one whose name looks the same: a warning for staff
    refused_for    text NOT NULL DEFAULT '',
    created_at     timestamptz NOT NULL,
    decided_at     timestamptz,                   -- approved or refused
    decided_by     bigint REFERENCES people       -- null: approved by a known e-mail domain
);
CREATE INDEX organisations_by_name ON organisations (lower(name), id);
CREATE INDEX organisations_pending ON organisations (id) WHERE status = 'pending';

-- E-mail domains that staff know: who signs up with one of these is not looked at again.
CREATE TABLE organisation_domains (
    domain          text PRIMARY KEY CHECK (domain = lower(domain)),
    organisation_id bigint NOT NULL REFERENCES organisations,
    added_at        timestamptz NOT NULL,
    added_by        bigint NOT NULL REFERENCES people
);

-- Coordinators: who may act for an organisation, from when until when. One person may act for several.
CREATE TABLE organisation_members (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id bigint NOT NULL REFERENCES organisations,
    person_id       bigint NOT NULL REFERENCES people,
    since           timestamptz NOT NULL,
    until           timestamptz,
    CONSTRAINT organisation_members_in_order CHECK (until >= since)
);
CREATE UNIQUE INDEX organisation_members_once ON organisation_members (organisation_id, person_id) WHERE until IS NULL;
CREATE INDEX organisation_members_of_person ON organisation_members (person_id) WHERE until IS NULL;

-- Invitations to act for an organisation, by a link that is kept as a hash.
CREATE TABLE organisation_invitations (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id bigint NOT NULL REFERENCES organisations,
    email           text NOT NULL CHECK (email = lower(email)),
    name            text NOT NULL DEFAULT '',
    token_hash      bytea NOT NULL CONSTRAINT organisation_invitations_token_once UNIQUE CHECK (length(token_hash) = 32),
    invited_by      bigint REFERENCES people,      -- null: the organisation was asked to pay
    hands_over      boolean NOT NULL DEFAULT false, -- who invites stops acting when the other joins
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    used_at         timestamptz,
    withdrawn_at    timestamptz
);
CREATE INDEX organisation_invitations_of ON organisation_invitations (organisation_id, id);

-- A change of where invoices go. Two people at the provider: one takes it up, another agrees.
CREATE TABLE address_changes (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id bigint NOT NULL REFERENCES organisations,
    address         text NOT NULL,
    city            text NOT NULL,
    postcode        text NOT NULL,
    department      text NOT NULL DEFAULT '',
    contact         text NOT NULL DEFAULT '',
    invoice_email   text NOT NULL,
    org_code        text NOT NULL DEFAULT '',
    payables_code   text NOT NULL DEFAULT '',
    gln             text NOT NULL DEFAULT '',
    asked_by        bigint NOT NULL REFERENCES people,
    asked_at        timestamptz NOT NULL,
    checked_by      bigint REFERENCES people,     -- staff; how it was checked
    checked_at      timestamptz,
    checked_how     text NOT NULL DEFAULT '',
    decided_by      bigint REFERENCES people,
    decided_at      timestamptz,
    outcome         text CONSTRAINT address_changes_outcome CHECK (outcome IN ('agreed', 'refused', 'taken_back')),
    CONSTRAINT address_changes_two_people CHECK (outcome IS DISTINCT FROM 'agreed' OR checked_by IS NOT NULL AND decided_by <> checked_by AND decided_by <> asked_by)
);
CREATE UNIQUE INDEX address_changes_one_open ON address_changes (organisation_id) WHERE outcome IS NULL;

-- The organisations that the person in whose name the work is done acts for.
CREATE FUNCTION my_organisations() RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT m.organisation_id FROM organisation_members m JOIN organisations o ON o.id = m.organisation_id
    WHERE m.person_id = nullif(current_setting('bursar.person', true), '')::bigint AND m.until IS NULL AND o.status NOT IN ('refused', 'closed')
$$;
REVOKE EXECUTE ON FUNCTION my_organisations FROM PUBLIC;
GRANT EXECUTE ON FUNCTION my_organisations TO bursar_employer;

GRANT SELECT, INSERT, UPDATE ON organisations, organisation_members, organisation_invitations, address_changes TO bursar_app;
GRANT SELECT, INSERT, DELETE ON organisation_domains TO bursar_app;

ALTER TABLE organisations ENABLE ROW LEVEL SECURITY;
ALTER TABLE organisation_members ENABLE ROW LEVEL SECURITY;
ALTER TABLE organisation_invitations ENABLE ROW LEVEL SECURITY;
ALTER TABLE address_changes ENABLE ROW LEVEL SECURITY;
CREATE POLICY organisations_open ON organisations TO bursar_app USING (true) WITH CHECK (true);
CREATE POLICY organisation_members_open ON organisation_members TO bursar_app USING (true) WITH CHECK (true);
CREATE POLICY organisation_invitations_open ON organisation_invitations TO bursar_app USING (true) WITH CHECK (true);
CREATE POLICY address_changes_open ON address_changes TO bursar_app USING (true) WITH CHECK (true);
CREATE POLICY organisations_mine ON organisations FOR SELECT TO bursar_employer USING (id IN (SELECT my_organisations()));
CREATE POLICY organisation_members_mine ON organisation_members FOR SELECT TO bursar_employer USING (organisation_id IN (SELECT my_organisations()));
CREATE POLICY organisation_invitations_mine ON organisation_invitations FOR SELECT TO bursar_employer USING (organisation_id IN (SELECT my_organisations()));
CREATE POLICY address_changes_mine ON address_changes FOR SELECT TO bursar_employer USING (organisation_id IN (SELECT my_organisations()));
GRANT SELECT (id, code, status, name, kind, company_number, charity_number, org_code, payables_code, gln, address, city, postcode, department, contact,
    invoice_email, po_rule, terms_days, refused_for, created_at, decided_at) ON organisations TO bursar_employer;
GRANT SELECT ON organisation_members TO bursar_employer;
GRANT SELECT (id, organisation_id, email, name, invited_by, hands_over, created_at, expires_at, used_at, withdrawn_at) ON organisation_invitations TO bursar_employer;
GRANT SELECT (id, organisation_id, address, city, postcode, department, contact, invoice_email, org_code, payables_code, gln, asked_at, outcome, decided_at)
    ON address_changes TO bursar_employer;

-- Who acts for the same organisation, by name: nobody else in people can be seen.
ALTER TABLE people ENABLE ROW LEVEL SECURITY;
CREATE POLICY people_open ON people TO bursar_app USING (true) WITH CHECK (true);
CREATE POLICY people_colleagues ON people FOR SELECT TO bursar_employer
    USING (id IN (SELECT m.person_id FROM organisation_members m WHERE m.organisation_id IN (SELECT my_organisations())));
GRANT SELECT (id, name, email) ON people TO bursar_employer;
