-- What PostgreSQL is asked when somebody orders a place, statement by statement as the program asks it: literals in
-- the text, nothing prepared, one round trip each. The first two only choose who orders.
SELECT nextval('bench_person') AS person \gset
SELECT b.id AS booking, b.run_id AS run, p.name AS name, encode(s.token_hash, 'hex') AS token FROM bookings b JOIN people p ON p.id = b.person_id JOIN sessions s ON s.person_id = p.id WHERE b.person_id = :person \gset
SELECT s.token_hash, s.device, s.started_at, s.seen_at, s.expires_at, s.verified_at,
       p.id AS person_id, p.email AS person_email, p.name AS person_name, p.phone AS person_phone,
       p.created_at AS person_created_at,
       ARRAY(SELECT r.role FROM person_roles r WHERE r.person_id = p.id ORDER BY r.role) AS roles
  FROM sessions s JOIN people p ON p.id = s.person_id WHERE s.token_hash = decode(:token, 'hex') AND s.expires_at > '2026-11-23 09:00:00+00:00';
BEGIN ISOLATION LEVEL READ COMMITTED;
SELECT r.*, c.course, b.blocks, p.prices, s.scale, n.places
  FROM runs r
  CROSS JOIN LATERAL (
    SELECT json_build_object('ID', id, 'Slug', slug, 'Title', title, 'Summary', summary,
      'Description', description, 'Audience', audience, 'Position', position) AS course
    FROM courses WHERE id = r.course_id) c
  CROSS JOIN LATERAL (
    SELECT min(starts_on) AS starts_on, json_agg(json_build_object('ID', id, 'RunID', run_id, 'Number', number,
      'StartsOn', starts_on, 'EndsOn', ends_on) ORDER BY number) AS blocks
    FROM blocks WHERE run_id = r.id) b
  CROSS JOIN LATERAL (
    SELECT json_agg(json_build_object('RunID', run_id, 'Band', band, 'Amount', amount)
      ORDER BY array_position(ARRAY['organisation', 'self', 'peer'], band)) AS prices
    FROM run_prices WHERE run_id = r.id) p
  CROSS JOIN LATERAL (
    SELECT json_agg(json_build_object('RunID', run_id, 'DaysBefore', days_before, 'ChargeBP', charge_bp,
      'Fee', fee) ORDER BY days_before DESC) AS scale
    FROM run_withdrawal_steps WHERE run_id = r.id) s
  CROSS JOIN LATERAL (
    SELECT json_build_object('RunID', run_id, 'Capacity', capacity, 'Reserved', reserved, 'ReleaseOn', release_on,
      'Released', released, 'Held', held, 'Confirmed', confirmed, 'Peers', peers) AS places
    FROM run_places WHERE run_id = r.id) n
  WHERE b.starts_on IS NOT NULL AND (r.listed AND r.status <> 'draft' AND r.code = 'BNC-' || lpad(:run::text, 4, '0'))
  ORDER BY b.starts_on, r.id
  LIMIT 1000;
SELECT "booking"."id", "booking"."run_id", "booking"."visitor_hash", "booking"."person_id", "booking"."learner", "booking"."payer", "booking"."peer", "booking"."name", "booking"."email", "booking"."phone", "booking"."express_start", "booking"."created_at", "booking"."updated_at", "booking"."enrolment_id" FROM "bookings" AS "booking" WHERE (enrolment_id IS NULL) AND ((person_id IS NOT NULL AND person_id = :person) OR (person_id IS NULL AND visitor_hash = '\x')) AND (run_id = :run) ORDER BY "updated_at" DESC, "id" DESC LIMIT 1 FOR UPDATE;
SELECT "enrolment"."id", "enrolment"."code", "enrolment"."run_id", "enrolment"."person_id", "enrolment"."status", "enrolment"."peer", "enrolment"."band", "enrolment"."price", "enrolment"."held_until", "enrolment"."express_start", "enrolment"."queue", "enrolment"."created_at", "enrolment"."confirmed_at", "enrolment"."ended_at" FROM "enrolments" AS "enrolment" WHERE (person_id = :person AND run_id = :run) AND (status IN ('waiting', 'held', 'confirmed', 'completed'));
UPDATE people SET name = :name, phone = '' WHERE id = :person AND (name, phone) IS DISTINCT FROM (:name, '');
INSERT INTO "enrolments" ("id", "code", "run_id", "person_id", "status", "peer", "band", "price", "held_until", "express_start", "queue", "created_at", "confirmed_at", "ended_at") VALUES (DEFAULT, 'E' || :person, :run, :person, 'held', FALSE, 'self', 325000, '2026-11-23 09:35:00+00:00', FALSE, DEFAULT, '2026-11-23 09:00:00+00:00', DEFAULT, DEFAULT) RETURNING "id" AS enrolment, "queue", "confirmed_at", "ended_at" \gset
UPDATE "bookings" AS "booking" SET "enrolment_id" = :enrolment, "updated_at" = '2026-11-23 09:00:00+00:00' WHERE ("booking"."id" = :booking);
INSERT INTO "shares" ("id", "enrolment_id", "number", "payer", "amount", "secured_at") VALUES (DEFAULT, :enrolment, 1, 'learner', 325000, DEFAULT) RETURNING "id" AS share, "secured_at" \gset
SELECT post_entry('share/' || :share || '/charged', '2026-11-23 09:00:00+00:00', ARRAY['share/' || :share || '/due', 'run/' || :run || '/deferred'], '{325000,-325000}');
INSERT INTO "payments" ("id", "code", "share_id", "amount", "status", "key", "attempt", "session", "session_url", "intent", "captured", "refunded", "expires_at", "created_at", "settled_at") VALUES (DEFAULT, 'P' || :person, :share, 325000, 'created', 'payment-' || :person || '-1', 1, DEFAULT, '', DEFAULT, 0, 0, '2026-11-23 09:35:00+00:00', '2026-11-23 09:00:00+00:00', DEFAULT) RETURNING "id" AS payment, "session", "intent", "settled_at" \gset
INSERT INTO "river".river_job (args, created_at, kind, max_attempts, metadata, priority, queue, scheduled_at, state, tags) VALUES (json_build_object('payment', :payment::bigint), now(), 'page_preparing', 25, '{}', 1, 'money', now(), 'available', '{}') ON CONFLICT (unique_key) WHERE unique_key IS NOT NULL AND unique_states IS NOT NULL AND "river".river_job_state_in_bitmask(unique_states, state) DO UPDATE SET kind = river_job.kind RETURNING river_job.id, river_job.args, river_job.attempt, river_job.attempted_at, river_job.attempted_by, river_job.created_at, river_job.errors, river_job.finalized_at, river_job.kind, river_job.max_attempts, river_job.metadata, river_job.priority, river_job.queue, river_job.state, river_job.scheduled_at, river_job.tags, river_job.unique_key, river_job.unique_states, (xmax != 0) AS unique_skipped_as_duplicate;
SELECT pg_notify('river.river_insert', '{"queue": "money"}');
INSERT INTO audit (at, actor, action, subject, subject_id, detail) VALUES ('2026-11-23 09:00:00+00:00', 'person/' || :person, 'place held', 'enrolment', :enrolment, '{"price":325000,"status":"held","until":"2026-11-23T09:35:00Z"}');
COMMIT;
