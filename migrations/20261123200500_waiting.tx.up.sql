-- A place that was offered to whoever waited for it. It is held until its deadline like any other, whatever page was opened.
ALTER TABLE enrolments ADD offered_at timestamptz;

-- An organisation waits for several places together. It stands in the same queue as the people who wait.
CREATE TABLE team_waits (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code            text NOT NULL CONSTRAINT team_waits_code_once UNIQUE,
    run_id          bigint NOT NULL REFERENCES runs,
    organisation_id bigint NOT NULL REFERENCES organisations,
    asked_by        bigint NOT NULL REFERENCES people,
    places          integer NOT NULL CONSTRAINT team_waits_places CHECK (places BETWEEN 1 AND 50),
    queue           bigint NOT NULL,
    status          text NOT NULL CONSTRAINT team_waits_status CHECK (status IN ('waiting', 'offered', 'left', 'over')),
    team_booking_id bigint REFERENCES team_bookings,  -- what it was offered
    asked_at        timestamptz NOT NULL,
    ended_at        timestamptz,
    CONSTRAINT team_waits_offered CHECK ((status = 'offered') = (team_booking_id IS NOT NULL)),
    CONSTRAINT team_waits_ended CHECK ((status = 'waiting') = (ended_at IS NULL))
);
CREATE UNIQUE INDEX team_waits_once ON team_waits (run_id, organisation_id) WHERE status = 'waiting';
CREATE UNIQUE INDEX team_waits_queue ON team_waits (run_id, queue) WHERE status = 'waiting';
GRANT SELECT, INSERT, UPDATE (status, team_booking_id, ended_at) ON team_waits TO bursar_app;
ALTER TABLE team_waits ENABLE ROW LEVEL SECURITY;
CREATE POLICY team_waits_open ON team_waits TO bursar_app USING (true) WITH CHECK (true);
CREATE POLICY team_waits_employer ON team_waits FOR SELECT TO bursar_employer USING (organisation_id IN (SELECT my_organisations()));
GRANT SELECT (id, code, run_id, organisation_id, places, status, asked_at, ended_at) ON team_waits TO bursar_employer;

-- How many stand in the queue who could take what is free, and how many of them are peers: for whoever looks at a run, who may
-- not see who they are. An organisation that waits for more than is free keeps nobody else out.
CREATE FUNCTION run_waiting(run bigint, OUT waiting bigint, OUT waiting_peers bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.waiting + t.waiting, e.peers
    FROM   (SELECT count(*) AS waiting, count(*) FILTER (WHERE peer) AS peers FROM enrolments WHERE run_id = run AND status = 'waiting') e,
           (SELECT count(*) AS waiting FROM team_waits w JOIN run_places p ON p.run_id = w.run_id
            WHERE w.run_id = run AND w.status = 'waiting'
              AND w.places <= p.capacity - p.held - p.confirmed - CASE WHEN p.released THEN 0 ELSE greatest(0, p.reserved - p.peers) END) t
$$;
