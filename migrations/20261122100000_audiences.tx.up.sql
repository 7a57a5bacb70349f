-- The wall around what people say when they apply. bursar_app serves the public, employers, trainers, finance and
-- the card processor, and has no right in schema sensitive. Each of the others is one audience of an application:
--   bursar_learner    the applicant: own rows
--   bursar_supporter  somebody with a supporter's link: that one statement
--   bursar_assessor   a panel member: the masked copies that are assigned, without conflict; no people, no answers
--   bursar_office     bursary staff: all but what only the access officer sees
--   bursar_access     the access officer: support needs
--   bursar_worker     the program's own jobs and timetable
DO $$
DECLARE
    audience text;
BEGIN
    FOREACH audience IN ARRAY ARRAY['bursar_learner', 'bursar_supporter', 'bursar_assessor', 'bursar_office', 'bursar_access', 'bursar_worker'] LOOP
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = audience) THEN
                EXECUTE format('CREATE ROLE %I NOLOGIN', audience);
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL; -- made at the same moment for another database of this server
        END;
        EXECUTE format('GRANT %I TO %I', audience, current_user);
    END LOOP;
END
$$;
GRANT bursar_app TO bursar_learner, bursar_office, bursar_access, bursar_worker;
GRANT USAGE ON SCHEMA public TO bursar_supporter, bursar_assessor;

-- Support needs are read by somebody who arranges support, and by nobody else.
ALTER TABLE person_roles DROP CONSTRAINT person_roles_role;
ALTER TABLE person_roles ADD CONSTRAINT person_roles_role CHECK (role IN ('access', 'admin', 'finance', 'trainer', 'assessor', 'auditor'));

-- Where somebody goes after signing in may be their application: it is sealed with what only they hold. Requests to
-- sign in live for an hour, so none is carried over.
DELETE FROM sign_ins;
ALTER TABLE sign_ins DROP COLUMN next, ADD COLUMN onward_by_link bytea NOT NULL, ADD COLUMN onward_by_code bytea NOT NULL;

-- That a mail about an application exists is as private as the application.
ALTER TABLE mails ADD COLUMN private boolean NOT NULL DEFAULT false;
ALTER TABLE mails ENABLE ROW LEVEL SECURITY;
ALTER TABLE mail_attachments ENABLE ROW LEVEL SECURITY;
CREATE POLICY mails_open ON mails TO bursar_app USING (NOT private) WITH CHECK (true);
CREATE POLICY mails_office ON mails FOR SELECT TO bursar_office USING (true);
CREATE POLICY mails_worker ON mails TO bursar_worker USING (true) WITH CHECK (true);
CREATE POLICY mail_attachments_with_mail ON mail_attachments TO bursar_app
    USING (EXISTS (SELECT FROM mails WHERE mails.id = mail_id)) WITH CHECK (true);
GRANT USAGE ON SEQUENCE mails_id_seq TO bursar_app; -- a private mail's number cannot be read back by INSERT … RETURNING

-- So is what the audit trail says of it. Everybody writes; the office and the sealer read.
ALTER TABLE audit ENABLE ROW LEVEL SECURITY;
CREATE POLICY audit_open ON audit TO bursar_app USING (subject <> 'application') WITH CHECK (true);
CREATE POLICY audit_office ON audit FOR SELECT TO bursar_office USING (true);
CREATE POLICY audit_worker ON audit TO bursar_worker USING (true) WITH CHECK (true);
CREATE POLICY audit_by_link ON audit FOR INSERT TO bursar_supporter, bursar_assessor WITH CHECK (true);
GRANT INSERT (at, actor, action, subject, subject_id, detail) ON audit TO bursar_supporter, bursar_assessor;
