--
-- PostgreSQL database dump
--




--
-- Name: audit_log_guard(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.audit_log_guard() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.at <= (extract(epoch FROM now()) - 184 * 86400) * 1000000 THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'audit_log is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;




--
-- Name: agent_spells; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.agent_spells (
    id text NOT NULL COLLATE pg_catalog."C",
    pbx text NOT NULL COLLATE pg_catalog."C",
    agent text NOT NULL COLLATE pg_catalog."C",
    state text NOT NULL COLLATE pg_catalog."C",
    detail text COLLATE pg_catalog."C",
    seat text COLLATE pg_catalog."C",
    queue text COLLATE pg_catalog."C",
    visit text COLLATE pg_catalog."C",
    started_at bigint NOT NULL,
    ended_at bigint,
    start_is_bound boolean DEFAULT false NOT NULL,
    "precision" text NOT NULL COLLATE pg_catalog."C",
    source text NOT NULL COLLATE pg_catalog."C",
    revision bigint DEFAULT 0 NOT NULL,
    gateway text NOT NULL COLLATE pg_catalog."C",
    written_at bigint NOT NULL,
    CONSTRAINT ck_agent_spells_precision CHECK (("precision" = ANY (ARRAY['us'::text, 's'::text]))),
    CONSTRAINT ck_agent_spells_source CHECK ((source = ANY (ARRAY['live'::text, 'log'::text, 'both'::text]))),
    CONSTRAINT ck_agent_spells_state CHECK ((state = ANY (ARRAY['offline'::text, 'available'::text, 'ringing'::text, 'talking'::text, 'held'::text, 'wrap_up'::text, 'paused'::text, 'other_call'::text, 'unreachable'::text])))
);


--
-- Name: alembic_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);


--
-- Name: audit_log; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.audit_log (
    gateway text NOT NULL COLLATE pg_catalog."C",
    number bigint NOT NULL,
    at bigint NOT NULL,
    actor text NOT NULL COLLATE pg_catalog."C",
    role text COLLATE pg_catalog."C",
    address text COLLATE pg_catalog."C",
    action text NOT NULL COLLATE pg_catalog."C",
    object text COLLATE pg_catalog."C",
    result text NOT NULL COLLATE pg_catalog."C",
    reason text COLLATE pg_catalog."C",
    body text NOT NULL COLLATE pg_catalog."C",
    previous_hash bytea NOT NULL,
    hash bytea NOT NULL
);


--
-- Name: callbacks; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.callbacks (
    id text NOT NULL COLLATE pg_catalog."C",
    first_call text NOT NULL COLLATE pg_catalog."C",
    last_call text NOT NULL COLLATE pg_catalog."C",
    lost_calls bigint DEFAULT 1 NOT NULL,
    queue text COLLATE pg_catalog."C",
    line text COLLATE pg_catalog."C",
    was_asked_for boolean DEFAULT false NOT NULL,
    opened_at bigint NOT NULL,
    due_at bigint,
    state text NOT NULL COLLATE pg_catalog."C",
    claimed_by text COLLATE pg_catalog."C",
    claimed_at bigint,
    claimed_until bigint,
    attempts text,
    closed_at bigint,
    closing_call text COLLATE pg_catalog."C",
    reason text COLLATE pg_catalog."C",
    revision bigint DEFAULT 0 NOT NULL,
    written_at bigint NOT NULL,
    CONSTRAINT ck_callbacks_state CHECK ((state = ANY (ARRAY['open'::text, 'claimed'::text, 'reached'::text, 'called_again'::text, 'given_up'::text])))
);


--
-- Name: calls; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.calls (
    id text NOT NULL COLLATE pg_catalog."C",
    pbx text NOT NULL COLLATE pg_catalog."C",
    callid text NOT NULL COLLATE pg_catalog."C",
    linkedid text COLLATE pg_catalog."C",
    direction text COLLATE pg_catalog."C",
    line text COLLATE pg_catalog."C",
    did text COLLATE pg_catalog."C",
    caller_sealed bytea,
    caller_hash bytea,
    caller_key text COLLATE pg_catalog."C",
    caller_erased_at bigint,
    confidential boolean DEFAULT false NOT NULL,
    is_test boolean DEFAULT false NOT NULL,
    asked_back boolean DEFAULT false NOT NULL,
    listed_at bigint NOT NULL,
    arrived_at bigint,
    answered_at bigint,
    ended_at bigint,
    cause bigint,
    live text,
    log text,
    "precision" text NOT NULL COLLATE pg_catalog."C",
    source text NOT NULL COLLATE pg_catalog."C",
    revision bigint DEFAULT 0 NOT NULL,
    gateway text NOT NULL COLLATE pg_catalog."C",
    written_at bigint NOT NULL,
    CONSTRAINT ck_calls_direction CHECK ((direction = ANY (ARRAY['inbound'::text, 'outbound'::text, 'internal'::text]))),
    CONSTRAINT ck_calls_precision CHECK (("precision" = ANY (ARRAY['us'::text, 's'::text]))),
    CONSTRAINT ck_calls_source CHECK ((source = ANY (ARRAY['live'::text, 'log'::text, 'both'::text])))
);


--
-- Name: checkpoints; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.checkpoints (
    gateway text NOT NULL COLLATE pg_catalog."C",
    pbx text NOT NULL COLLATE pg_catalog."C",
    at bigint NOT NULL,
    journal text NOT NULL COLLATE pg_catalog."C",
    format bigint DEFAULT 1 NOT NULL,
    body bytea NOT NULL,
    hash bytea NOT NULL,
    written_at bigint NOT NULL
);


--
-- Name: deliveries; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.deliveries (
    id text NOT NULL COLLATE pg_catalog."C",
    escalation text COLLATE pg_catalog."C",
    step bigint,
    receiver text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    body text NOT NULL COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    due_at bigint,
    expires_at bigint,
    state text NOT NULL COLLATE pg_catalog."C",
    attempts bigint DEFAULT 0 NOT NULL,
    status bigint,
    reason text COLLATE pg_catalog."C",
    ended_at bigint,
    replay_of text COLLATE pg_catalog."C",
    gateway text COLLATE pg_catalog."C",
    lease_token bigint,
    CONSTRAINT ck_deliveries_state CHECK ((state = ANY (ARRAY['pending'::text, 'delivered'::text, 'expired'::text, 'dead'::text])))
);


--
-- Name: escalation_steps; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.escalation_steps (
    escalation text NOT NULL COLLATE pg_catalog."C",
    number bigint NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    target text NOT NULL COLLATE pg_catalog."C",
    due_at bigint NOT NULL,
    begun_at bigint,
    done_at bigint,
    undo_by bigint,
    result text COLLATE pg_catalog."C",
    reason text COLLATE pg_catalog."C",
    gateway text COLLATE pg_catalog."C",
    lease_token bigint,
    CONSTRAINT ck_escalation_steps_kind CHECK ((kind = ANY (ARRAY['notify'::text, 'act'::text, 'undo'::text]))),
    CONSTRAINT ck_escalation_steps_result CHECK ((result = ANY (ARRAY['done'::text, 'failed'::text, 'skipped'::text, 'refused'::text])))
);


--
-- Name: escalations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.escalations (
    id text NOT NULL COLLATE pg_catalog."C",
    rule text NOT NULL COLLATE pg_catalog."C",
    subject text NOT NULL COLLATE pg_catalog."C",
    severity text NOT NULL COLLATE pg_catalog."C",
    state text NOT NULL COLLATE pg_catalog."C",
    pbx text COLLATE pg_catalog."C",
    queue text COLLATE pg_catalog."C",
    line text COLLATE pg_catalog."C",
    agent text COLLATE pg_catalog."C",
    call text COLLATE pg_catalog."C",
    value double precision,
    threshold double precision,
    reason text COLLATE pg_catalog."C",
    pending_at bigint,
    fired_at bigint,
    acknowledged_at bigint,
    acknowledged_by text COLLATE pg_catalog."C",
    acknowledged_until bigint,
    resolved_at bigint,
    step bigint DEFAULT 0 NOT NULL,
    flaps bigint DEFAULT 0 NOT NULL,
    inhibited_by text COLLATE pg_catalog."C",
    memory text,
    revision bigint DEFAULT 0 NOT NULL,
    written_at bigint NOT NULL,
    CONSTRAINT ck_escalations_severity CHECK ((severity = ANY (ARRAY['info'::text, 'warn'::text, 'critical'::text]))),
    CONSTRAINT ck_escalations_state CHECK ((state = ANY (ARRAY['pending'::text, 'firing'::text, 'acknowledged'::text, 'resolved'::text])))
);


--
-- Name: exclusions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.exclusions (
    id text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    starts_at bigint NOT NULL,
    ends_at bigint NOT NULL,
    queue text COLLATE pg_catalog."C",
    line text COLLATE pg_catalog."C",
    call text COLLATE pg_catalog."C",
    reason text NOT NULL COLLATE pg_catalog."C",
    asked_by text NOT NULL COLLATE pg_catalog."C",
    asked_at bigint NOT NULL,
    approved_by text COLLATE pg_catalog."C",
    approved_at bigint,
    signature bytea,
    revoked_by text COLLATE pg_catalog."C",
    revoked_at bigint,
    revision bigint DEFAULT 0 NOT NULL,
    CONSTRAINT ck_exclusions_kind CHECK ((kind = ANY (ARRAY['incident'::text, 'test'::text, 'malicious'::text, 'other'::text]))),
    CONSTRAINT ck_exclusions_period CHECK ((starts_at < ends_at))
);


--
-- Name: gaps; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.gaps (
    id text NOT NULL COLLATE pg_catalog."C",
    gateway text NOT NULL COLLATE pg_catalog."C",
    pbx text COLLATE pg_catalog."C",
    of text NOT NULL COLLATE pg_catalog."C",
    cause text NOT NULL COLLATE pg_catalog."C",
    started_at bigint NOT NULL,
    ended_at bigint,
    repair text COLLATE pg_catalog."C",
    repaired_at bigint,
    recovered bigint,
    detail text COLLATE pg_catalog."C",
    written_at bigint NOT NULL,
    CONSTRAINT ck_gaps_of CHECK ((of = ANY (ARRAY['feed'::text, 'log'::text, 'gateway'::text, 'ledger'::text])))
);


--
-- Name: lease; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.lease (
    name text NOT NULL COLLATE pg_catalog."C",
    holder text NOT NULL COLLATE pg_catalog."C",
    token bigint DEFAULT 0 NOT NULL,
    taken_at bigint NOT NULL,
    renewed_at bigint NOT NULL,
    expires_at bigint NOT NULL
);


--
-- Name: log_positions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.log_positions (
    gateway text NOT NULL COLLATE pg_catalog."C",
    pbx text NOT NULL COLLATE pg_catalog."C",
    source text NOT NULL COLLATE pg_catalog."C",
    device bigint,
    inode bigint,
    "position" bigint,
    head_bytes bigint,
    head_hash text COLLATE pg_catalog."C",
    modified_at bigint,
    cursor text COLLATE pg_catalog."C",
    open_visits text,
    last_at bigint,
    records bigint DEFAULT 0 NOT NULL,
    written_at bigint NOT NULL
);


--
-- Name: offers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.offers (
    id text NOT NULL COLLATE pg_catalog."C",
    visit text COLLATE pg_catalog."C",
    pbx text NOT NULL COLLATE pg_catalog."C",
    callid text COLLATE pg_catalog."C",
    queue text NOT NULL COLLATE pg_catalog."C",
    agent text NOT NULL COLLATE pg_catalog."C",
    seat text COLLATE pg_catalog."C",
    made_at bigint,
    ended_at bigint,
    outcome text COLLATE pg_catalog."C",
    ring_us bigint,
    dumped boolean DEFAULT false NOT NULL,
    live text,
    log text,
    "precision" text NOT NULL COLLATE pg_catalog."C",
    source text NOT NULL COLLATE pg_catalog."C",
    revision bigint DEFAULT 0 NOT NULL,
    gateway text NOT NULL COLLATE pg_catalog."C",
    written_at bigint NOT NULL,
    CONSTRAINT ck_offers_outcome CHECK ((outcome = ANY (ARRAY['answered'::text, 'no_answer'::text, 'rejected'::text, 'taken_elsewhere'::text, 'cancelled'::text, 'unknown'::text]))),
    CONSTRAINT ck_offers_precision CHECK (("precision" = ANY (ARRAY['us'::text, 's'::text]))),
    CONSTRAINT ck_offers_source CHECK ((source = ANY (ARRAY['live'::text, 'log'::text, 'both'::text])))
);


--
-- Name: rollups; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.rollups (
    starts_at bigint NOT NULL,
    width_us bigint NOT NULL,
    queue text NOT NULL COLLATE pg_catalog."C",
    line text NOT NULL COLLATE pg_catalog."C",
    agent text NOT NULL COLLATE pg_catalog."C",
    promise_us bigint NOT NULL,
    answered_count bigint DEFAULT 0 NOT NULL,
    abandoned_count bigint DEFAULT 0 NOT NULL,
    short_abandoned_count bigint DEFAULT 0 NOT NULL,
    timeout_count bigint DEFAULT 0 NOT NULL,
    left_empty_count bigint DEFAULT 0 NOT NULL,
    key_count bigint DEFAULT 0 NOT NULL,
    withdrawn_count bigint DEFAULT 0 NOT NULL,
    redirected_count bigint DEFAULT 0 NOT NULL,
    incompatible_count bigint DEFAULT 0 NOT NULL,
    refused_count bigint DEFAULT 0 NOT NULL,
    cut_count bigint DEFAULT 0 NOT NULL,
    unknown_count bigint DEFAULT 0 NOT NULL,
    answered_in_time_count bigint DEFAULT 0 NOT NULL,
    abandoned_in_time_count bigint DEFAULT 0 NOT NULL,
    transferred_count bigint DEFAULT 0 NOT NULL,
    wrapped_up_count bigint DEFAULT 0 NOT NULL,
    by_seconds_count bigint DEFAULT 0 NOT NULL,
    wait_us_sum bigint DEFAULT 0 NOT NULL,
    answer_wait_us_sum bigint DEFAULT 0 NOT NULL,
    ring_us_sum bigint DEFAULT 0 NOT NULL,
    hold_us_sum bigint DEFAULT 0 NOT NULL,
    talk_us_sum bigint DEFAULT 0 NOT NULL,
    wrap_up_us_sum bigint DEFAULT 0 NOT NULL,
    longest_wait_us bigint,
    latencies bytea,
    blind_us bigint DEFAULT 0 NOT NULL,
    revision bigint DEFAULT 0 NOT NULL,
    written_at bigint NOT NULL
);


--
-- Name: scorecards; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.scorecards (
    id text NOT NULL COLLATE pg_catalog."C",
    period text NOT NULL COLLATE pg_catalog."C",
    starts_at bigint NOT NULL,
    ends_at bigint NOT NULL,
    revision bigint DEFAULT 0 NOT NULL,
    frozen_at bigint,
    frozen_by text COLLATE pg_catalog."C",
    indicators text NOT NULL,
    definitions text NOT NULL,
    completeness double precision,
    source_hash bytea,
    reason text COLLATE pg_catalog."C",
    written_at bigint NOT NULL,
    CONSTRAINT ck_scorecards_period CHECK ((starts_at < ends_at))
);


--
-- Name: silences; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.silences (
    id text NOT NULL COLLATE pg_catalog."C",
    rule text COLLATE pg_catalog."C",
    queue text COLLATE pg_catalog."C",
    line text COLLATE pg_catalog."C",
    subject text COLLATE pg_catalog."C",
    author text NOT NULL COLLATE pg_catalog."C",
    reason text NOT NULL COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    starts_at bigint NOT NULL,
    ends_at bigint NOT NULL,
    ended_by text COLLATE pg_catalog."C",
    ended_at bigint,
    is_maintenance boolean DEFAULT false NOT NULL,
    CONSTRAINT ck_silences_period CHECK ((starts_at < ends_at))
);


--
-- Name: surveys; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.surveys (
    id text NOT NULL COLLATE pg_catalog."C",
    call text NOT NULL COLLATE pg_catalog."C",
    visit text COLLATE pg_catalog."C",
    pbx text NOT NULL COLLATE pg_catalog."C",
    callid text NOT NULL COLLATE pg_catalog."C",
    queue text COLLATE pg_catalog."C",
    line text COLLATE pg_catalog."C",
    agent text COLLATE pg_catalog."C",
    asked_at bigint,
    ended_at bigint,
    outcome text COLLATE pg_catalog."C",
    score bigint,
    key_pressed text COLLATE pg_catalog."C",
    "precision" text NOT NULL COLLATE pg_catalog."C",
    source text NOT NULL COLLATE pg_catalog."C",
    revision bigint DEFAULT 0 NOT NULL,
    gateway text NOT NULL COLLATE pg_catalog."C",
    written_at bigint NOT NULL,
    CONSTRAINT ck_surveys_outcome CHECK ((outcome = ANY (ARRAY['rated'::text, 'no_key'::text, 'wrong_key'::text, 'hung_up'::text]))),
    CONSTRAINT ck_surveys_precision CHECK (("precision" = ANY (ARRAY['us'::text, 's'::text]))),
    CONSTRAINT ck_surveys_source CHECK ((source = ANY (ARRAY['live'::text, 'log'::text, 'both'::text])))
);


--
-- Name: tickets; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.tickets (
    id text NOT NULL COLLATE pg_catalog."C",
    system text NOT NULL COLLATE pg_catalog."C",
    number text NOT NULL COLLATE pg_catalog."C",
    channel text NOT NULL COLLATE pg_catalog."C",
    call text COLLATE pg_catalog."C",
    topic text COLLATE pg_catalog."C",
    area text COLLATE pg_catalog."C",
    is_legal boolean DEFAULT false NOT NULL,
    line text COLLATE pg_catalog."C",
    agent text COLLATE pg_catalog."C",
    department text COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    assigned_at bigint,
    returned_at bigint,
    wrongly_assigned boolean,
    at_front_desk boolean,
    due_at bigint,
    closed_at bigint,
    complained_at bigint,
    complaint_upheld boolean,
    score bigint,
    more text,
    revision bigint DEFAULT 0 NOT NULL,
    written_at bigint NOT NULL,
    CONSTRAINT ck_tickets_channel CHECK ((channel = ANY (ARRAY['phone'::text, 'web'::text, 'wechat'::text, 'app'::text, 'letter'::text, 'other'::text])))
);


--
-- Name: tokens; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.tokens (
    id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    hash bytea NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    role text NOT NULL COLLATE pg_catalog."C",
    queues text,
    "user" text COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    created_by text COLLATE pg_catalog."C",
    expires_at bigint,
    last_used_at bigint,
    revoked_at bigint,
    revoked_by text COLLATE pg_catalog."C",
    CONSTRAINT ck_tokens_kind CHECK ((kind = ANY (ARRAY['api'::text, 'session'::text, 'kiosk'::text]))),
    CONSTRAINT ck_tokens_role CHECK ((role = ANY (ARRAY['viewer'::text, 'supervisor'::text, 'manager'::text, 'auditor'::text, 'admin'::text])))
);


--
-- Name: users; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.users (
    id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    display_name text COLLATE pg_catalog."C",
    role text NOT NULL COLLATE pg_catalog."C",
    queues text,
    password_hash text COLLATE pg_catalog."C",
    second_factor_sealed bytea,
    created_at bigint NOT NULL,
    created_by text COLLATE pg_catalog."C",
    password_set_at bigint,
    last_login_at bigint,
    failed_logins bigint DEFAULT 0 NOT NULL,
    locked_until bigint,
    disabled_at bigint,
    CONSTRAINT ck_users_role CHECK ((role = ANY (ARRAY['viewer'::text, 'supervisor'::text, 'manager'::text, 'auditor'::text, 'admin'::text])))
);


--
-- Name: visits; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.visits (
    id text NOT NULL COLLATE pg_catalog."C",
    call text NOT NULL COLLATE pg_catalog."C",
    pbx text NOT NULL COLLATE pg_catalog."C",
    callid text NOT NULL COLLATE pg_catalog."C",
    entered_as text COLLATE pg_catalog."C",
    pbx_queue text NOT NULL COLLATE pg_catalog."C",
    queue text NOT NULL COLLATE pg_catalog."C",
    line text COLLATE pg_catalog."C",
    agent text COLLATE pg_catalog."C",
    seat text COLLATE pg_catalog."C",
    "position" bigint,
    listed_at bigint NOT NULL,
    joined_at bigint,
    picked_up_at bigint,
    connected_at bigint,
    left_at bigint,
    ended_at bigint,
    outcome text COLLATE pg_catalog."C",
    reason text COLLATE pg_catalog."C",
    ended_by text COLLATE pg_catalog."C",
    wait_us bigint,
    ring_us bigint,
    hold_us bigint,
    talk_us bigint,
    wrap_up_us bigint,
    wrap_up_by text COLLATE pg_catalog."C",
    promise_us bigint,
    definition text COLLATE pg_catalog."C",
    within_promise boolean,
    log_lacks_it boolean DEFAULT false NOT NULL,
    live text,
    log text,
    "precision" text NOT NULL COLLATE pg_catalog."C",
    source text NOT NULL COLLATE pg_catalog."C",
    revision bigint DEFAULT 0 NOT NULL,
    gateway text NOT NULL COLLATE pg_catalog."C",
    written_at bigint NOT NULL,
    CONSTRAINT ck_visits_ended_by CHECK ((ended_by = ANY (ARRAY['caller'::text, 'agent'::text, 'blind_transfer'::text, 'attended_transfer'::text]))),
    CONSTRAINT ck_visits_outcome CHECK ((outcome = ANY (ARRAY['answered'::text, 'abandoned'::text, 'short_abandoned'::text, 'timeout'::text, 'left_empty'::text, 'key'::text, 'withdrawn'::text, 'redirected'::text, 'incompatible'::text, 'refused'::text, 'cut'::text, 'unknown'::text]))),
    CONSTRAINT ck_visits_precision CHECK (("precision" = ANY (ARRAY['us'::text, 's'::text]))),
    CONSTRAINT ck_visits_source CHECK ((source = ANY (ARRAY['live'::text, 'log'::text, 'both'::text])))
);


--
-- Data for Name: agent_spells; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.agent_spells VALUES ('d70c584a-f2ae-5d80-b291-408a008125db', '热线 pbx 0', '热线 agent 0', 'offline', '热线 detail 0', '热线 seat 0', '热线 queue 0', 'd70c584a-f2ae-5d80-b291-408a008125db', 1790000060000000, 1790000060000000, false, 'us', 'live', 0, '热线 gateway 0', 1790000060000000);
INSERT INTO public.agent_spells VALUES ('53db2c42-e461-5002-8c64-8f767e113f93', '=cmd|'' /C calc''!A0 pbx 1', '=cmd|'' /C calc''!A0 agent 1', 'available', '=cmd|'' /C calc''!A0 detail 1', '=cmd|'' /C calc''!A0 seat 1', '=cmd|'' /C calc''!A0 queue 1', '53db2c42-e461-5002-8c64-8f767e113f93', 1790000060000001, 1790000060000001, true, 's', 'log', 9223372036854775807, '=cmd|'' /C calc''!A0 gateway 1', 1790000060000001);
INSERT INTO public.agent_spells VALUES ('a4dfd8e4-2ca1-5a32-aab3-1dc45463bf3a', 'it''s "quoted" pbx 2', 'it''s "quoted" agent 2', 'ringing', 'it''s "quoted" detail 2', 'it''s "quoted" seat 2', 'it''s "quoted" queue 2', 'a4dfd8e4-2ca1-5a32-aab3-1dc45463bf3a', 1790000060000002, 1790000060000002, false, 'us', 'both', 2, 'it''s "quoted" gateway 2', 1790000060000002);
INSERT INTO public.agent_spells VALUES ('9f057439-ced6-5a2d-a9f9-ab278249472b', 'ends
\ pbx 3', 'ends
\ agent 3', 'talking', NULL, NULL, NULL, NULL, 1790000060000003, NULL, true, 's', 'live', 3, 'ends
\ gateway 3', 1790000060000003);
INSERT INTO public.agent_spells VALUES ('1c1056e2-a7d6-56d0-bd91-f82206058a75', '🙂 ǆ pbx 4', '🙂 ǆ agent 4', 'held', '🙂 ǆ detail 4', '🙂 ǆ seat 4', '🙂 ǆ queue 4', '1c1056e2-a7d6-56d0-bd91-f82206058a75', 1790000060000004, 1790000060000004, false, 'us', 'log', 4, '🙂 ǆ gateway 4', 1790000060000004);
INSERT INTO public.agent_spells VALUES ('44c23459-9b89-5f6f-9c80-9777bb0d20df', ' pbx 5', ' agent 5', 'wrap_up', ' detail 5', ' seat 5', ' queue 5', '44c23459-9b89-5f6f-9c80-9777bb0d20df', 1790000060000005, 1790000060000005, true, 's', 'both', 5, ' gateway 5', 1790000060000005);
INSERT INTO public.agent_spells VALUES ('39c679ee-bbc7-542d-a0d9-e79d9ce45f5f', '热线 pbx 6', '热线 agent 6', 'paused', '热线 detail 6', '热线 seat 6', '热线 queue 6', '39c679ee-bbc7-542d-a0d9-e79d9ce45f5f', 1790000060000006, 1790000060000006, false, 'us', 'live', 6, '热线 gateway 6', 1790000060000006);
INSERT INTO public.agent_spells VALUES ('a6118f38-a842-58fb-bc6d-fdb50fb62f0e', '=cmd|'' /C calc''!A0 pbx 7', '=cmd|'' /C calc''!A0 agent 7', 'other_call', NULL, NULL, NULL, NULL, 1790000060000007, NULL, true, 's', 'log', 7, '=cmd|'' /C calc''!A0 gateway 7', 1790000060000007);


--
-- Data for Name: alembic_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.alembic_version VALUES ('0004');


--
-- Data for Name: audit_log; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.audit_log VALUES ('热线 gateway 0', 0, 0, '热线 actor 0', '热线 role 0', '热线 address 0', '热线 action 0', '热线 object 0', '热线 result 0', '热线 reason 0', '热线 body 0', '\x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f00ff', '\x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f00ff');
INSERT INTO public.audit_log VALUES ('=cmd|'' /C calc''!A0 gateway 1', 9223372036854775807, 9223372036854775807, '=cmd|'' /C calc''!A0 actor 1', '=cmd|'' /C calc''!A0 role 1', '=cmd|'' /C calc''!A0 address 1', '=cmd|'' /C calc''!A0 action 1', '=cmd|'' /C calc''!A0 object 1', '=cmd|'' /C calc''!A0 result 1', '=cmd|'' /C calc''!A0 reason 1', '=cmd|'' /C calc''!A0 body 1', '\x0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2000ff', '\x0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2000ff');
INSERT INTO public.audit_log VALUES ('it''s "quoted" gateway 2', 2, 2, 'it''s "quoted" actor 2', 'it''s "quoted" role 2', 'it''s "quoted" address 2', 'it''s "quoted" action 2', 'it''s "quoted" object 2', 'it''s "quoted" result 2', 'it''s "quoted" reason 2', 'it''s "quoted" body 2', '\x02030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202100ff', '\x02030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202100ff');
INSERT INTO public.audit_log VALUES ('ends
\ gateway 3', 3, 3, 'ends
\ actor 3', NULL, NULL, 'ends
\ action 3', NULL, 'ends
\ result 3', NULL, 'ends
\ body 3', '\x030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212200ff', '\x030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212200ff');
INSERT INTO public.audit_log VALUES ('🙂 ǆ gateway 4', 4, 4, '🙂 ǆ actor 4', '🙂 ǆ role 4', '🙂 ǆ address 4', '🙂 ǆ action 4', '🙂 ǆ object 4', '🙂 ǆ result 4', '🙂 ǆ reason 4', '🙂 ǆ body 4', '\x0405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222300ff', '\x0405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222300ff');
INSERT INTO public.audit_log VALUES (' gateway 5', 5, 5, ' actor 5', ' role 5', ' address 5', ' action 5', ' object 5', ' result 5', ' reason 5', ' body 5', '\x05060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232400ff', '\x05060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232400ff');
INSERT INTO public.audit_log VALUES ('热线 gateway 6', 6, 6, '热线 actor 6', '热线 role 6', '热线 address 6', '热线 action 6', '热线 object 6', '热线 result 6', '热线 reason 6', '热线 body 6', '\x060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223242500ff', '\x060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223242500ff');
INSERT INTO public.audit_log VALUES ('=cmd|'' /C calc''!A0 gateway 7', 7, 7, '=cmd|'' /C calc''!A0 actor 7', NULL, NULL, '=cmd|'' /C calc''!A0 action 7', NULL, '=cmd|'' /C calc''!A0 result 7', NULL, '=cmd|'' /C calc''!A0 body 7', '\x0708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222324252600ff', '\x0708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222324252600ff');


--
-- Data for Name: callbacks; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.callbacks VALUES ('3487d998-70ce-5c4f-8835-9349569eed70', '3487d998-70ce-5c4f-8835-9349569eed70', '3487d998-70ce-5c4f-8835-9349569eed70', 0, '热线 queue 0', '热线 line 0', false, 1790000060000000, 1790000060000000, 'open', '热线 claimed_by 0', 1790000060000000, 0, '{"a":null,"row":0,"乙":[1,2.5,"x",true]}', 1790000060000000, '3487d998-70ce-5c4f-8835-9349569eed70', '热线 reason 0', 0, 1790000060000000);
INSERT INTO public.callbacks VALUES ('68a486f9-cd9e-5c35-b3ee-0118ee952461', '68a486f9-cd9e-5c35-b3ee-0118ee952461', '68a486f9-cd9e-5c35-b3ee-0118ee952461', 9223372036854775807, '=cmd|'' /C calc''!A0 queue 1', '=cmd|'' /C calc''!A0 line 1', true, 1790000060000001, 1790000060000001, 'claimed', '=cmd|'' /C calc''!A0 claimed_by 1', 1790000060000001, 9223372036854775807, '{"a":null,"row":1,"乙":[1,2.5,"x",true]}', 1790000060000001, '68a486f9-cd9e-5c35-b3ee-0118ee952461', '=cmd|'' /C calc''!A0 reason 1', 9223372036854775807, 1790000060000001);
INSERT INTO public.callbacks VALUES ('47626690-462c-51db-8bef-0759b37653ef', '47626690-462c-51db-8bef-0759b37653ef', '47626690-462c-51db-8bef-0759b37653ef', 2, 'it''s "quoted" queue 2', 'it''s "quoted" line 2', false, 1790000060000002, 1790000060000002, 'reached', 'it''s "quoted" claimed_by 2', 1790000060000002, 2, '{"a":null,"row":2,"乙":[1,2.5,"x",true]}', 1790000060000002, '47626690-462c-51db-8bef-0759b37653ef', 'it''s "quoted" reason 2', 2, 1790000060000002);
INSERT INTO public.callbacks VALUES ('c39c6947-055c-50fd-838b-d4ee54a2cefe', 'c39c6947-055c-50fd-838b-d4ee54a2cefe', 'c39c6947-055c-50fd-838b-d4ee54a2cefe', 3, NULL, NULL, true, 1790000060000003, NULL, 'called_again', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 3, 1790000060000003);
INSERT INTO public.callbacks VALUES ('83290da8-e989-5af8-857d-d6b37a97f9f2', '83290da8-e989-5af8-857d-d6b37a97f9f2', '83290da8-e989-5af8-857d-d6b37a97f9f2', 4, '🙂 ǆ queue 4', '🙂 ǆ line 4', false, 1790000060000004, 1790000060000004, 'given_up', '🙂 ǆ claimed_by 4', 1790000060000004, 4, '{"a":null,"row":4,"乙":[1,2.5,"x",true]}', 1790000060000004, '83290da8-e989-5af8-857d-d6b37a97f9f2', '🙂 ǆ reason 4', 4, 1790000060000004);
INSERT INTO public.callbacks VALUES ('a2132f88-4b4d-51ee-a272-00a10fb66fab', 'a2132f88-4b4d-51ee-a272-00a10fb66fab', 'a2132f88-4b4d-51ee-a272-00a10fb66fab', 5, ' queue 5', ' line 5', true, 1790000060000005, 1790000060000005, 'open', ' claimed_by 5', 1790000060000005, 5, '{"a":null,"row":5,"乙":[1,2.5,"x",true]}', 1790000060000005, 'a2132f88-4b4d-51ee-a272-00a10fb66fab', ' reason 5', 5, 1790000060000005);
INSERT INTO public.callbacks VALUES ('cfced521-028f-5be3-987b-b9c312fcaa76', 'cfced521-028f-5be3-987b-b9c312fcaa76', 'cfced521-028f-5be3-987b-b9c312fcaa76', 6, '热线 queue 6', '热线 line 6', false, 1790000060000006, 1790000060000006, 'claimed', '热线 claimed_by 6', 1790000060000006, 6, '{"a":null,"row":6,"乙":[1,2.5,"x",true]}', 1790000060000006, 'cfced521-028f-5be3-987b-b9c312fcaa76', '热线 reason 6', 6, 1790000060000006);
INSERT INTO public.callbacks VALUES ('61c9f71f-16c8-5138-ad13-0e107ffe5028', '61c9f71f-16c8-5138-ad13-0e107ffe5028', '61c9f71f-16c8-5138-ad13-0e107ffe5028', 7, NULL, NULL, true, 1790000060000007, NULL, 'reached', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 7, 1790000060000007);


--
-- Data for Name: calls; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.calls VALUES ('b20b2e2c-86ef-5b7d-a907-c11f487ecbc0', '热线 pbx 0', '热线 callid 0', '热线 linkedid 0', 'inbound', '热线 line 0', '热线 did 0', '\x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f00ff', '\x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f00ff', '热线 caller_key 0', 1790000060000000, false, false, false, 1790000060000000, 1790000060000000, 1790000060000000, 1790000060000000, 0, '{"a":null,"row":0,"乙":[1,2.5,"x",true]}', '{"a":null,"row":0,"乙":[1,2.5,"x",true]}', 'us', 'live', 0, '热线 gateway 0', 1790000060000000);
INSERT INTO public.calls VALUES ('10788826-cc32-53b7-8d6d-29418e347c2c', '=cmd|'' /C calc''!A0 pbx 1', '=cmd|'' /C calc''!A0 callid 1', '=cmd|'' /C calc''!A0 linkedid 1', 'outbound', '=cmd|'' /C calc''!A0 line 1', '=cmd|'' /C calc''!A0 did 1', '\x0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2000ff', '\x0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2000ff', '=cmd|'' /C calc''!A0 caller_key 1', 1790000060000001, true, true, true, 1790000060000001, 1790000060000001, 1790000060000001, 1790000060000001, 9223372036854775807, '{"a":null,"row":1,"乙":[1,2.5,"x",true]}', '{"a":null,"row":1,"乙":[1,2.5,"x",true]}', 's', 'log', 9223372036854775807, '=cmd|'' /C calc''!A0 gateway 1', 1790000060000001);
INSERT INTO public.calls VALUES ('c3983bbf-3f57-549a-b850-7ffb9cdefa79', 'it''s "quoted" pbx 2', 'it''s "quoted" callid 2', 'it''s "quoted" linkedid 2', 'internal', 'it''s "quoted" line 2', 'it''s "quoted" did 2', '\x02030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202100ff', '\x02030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202100ff', 'it''s "quoted" caller_key 2', 1790000060000002, false, false, false, 1790000060000002, 1790000060000002, 1790000060000002, 1790000060000002, 2, '{"a":null,"row":2,"乙":[1,2.5,"x",true]}', '{"a":null,"row":2,"乙":[1,2.5,"x",true]}', 'us', 'both', 2, 'it''s "quoted" gateway 2', 1790000060000002);
INSERT INTO public.calls VALUES ('dec1d1fc-4acc-5a8d-a4cc-01783818bdab', 'ends
\ pbx 3', 'ends
\ callid 3', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, true, true, true, 1790000060000003, NULL, NULL, NULL, NULL, NULL, NULL, 's', 'live', 3, 'ends
\ gateway 3', 1790000060000003);
INSERT INTO public.calls VALUES ('6e5d1ad1-11a9-5928-95cc-2a0bef65243d', '🙂 ǆ pbx 4', '🙂 ǆ callid 4', '🙂 ǆ linkedid 4', 'outbound', '🙂 ǆ line 4', '🙂 ǆ did 4', '\x0405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222300ff', '\x0405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222300ff', '🙂 ǆ caller_key 4', 1790000060000004, false, false, false, 1790000060000004, 1790000060000004, 1790000060000004, 1790000060000004, 4, '{"a":null,"row":4,"乙":[1,2.5,"x",true]}', '{"a":null,"row":4,"乙":[1,2.5,"x",true]}', 'us', 'log', 4, '🙂 ǆ gateway 4', 1790000060000004);
INSERT INTO public.calls VALUES ('097e9dc5-f5e5-5366-a06c-11886dbc49d4', ' pbx 5', ' callid 5', ' linkedid 5', 'internal', ' line 5', ' did 5', '\x05060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232400ff', '\x05060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232400ff', ' caller_key 5', 1790000060000005, true, true, true, 1790000060000005, 1790000060000005, 1790000060000005, 1790000060000005, 5, '{"a":null,"row":5,"乙":[1,2.5,"x",true]}', '{"a":null,"row":5,"乙":[1,2.5,"x",true]}', 's', 'both', 5, ' gateway 5', 1790000060000005);
INSERT INTO public.calls VALUES ('ea67b64e-7200-5c56-8b30-559265f4a50f', '热线 pbx 6', '热线 callid 6', '热线 linkedid 6', 'inbound', '热线 line 6', '热线 did 6', '\x060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223242500ff', '\x060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223242500ff', '热线 caller_key 6', 1790000060000006, false, false, false, 1790000060000006, 1790000060000006, 1790000060000006, 1790000060000006, 6, '{"a":null,"row":6,"乙":[1,2.5,"x",true]}', '{"a":null,"row":6,"乙":[1,2.5,"x",true]}', 'us', 'live', 6, '热线 gateway 6', 1790000060000006);
INSERT INTO public.calls VALUES ('97150dda-cc5c-52d9-b292-eae907992cef', '=cmd|'' /C calc''!A0 pbx 7', '=cmd|'' /C calc''!A0 callid 7', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, true, true, true, 1790000060000007, NULL, NULL, NULL, NULL, NULL, NULL, 's', 'log', 7, '=cmd|'' /C calc''!A0 gateway 7', 1790000060000007);


--
-- Data for Name: checkpoints; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.checkpoints VALUES ('热线 gateway 0', '热线 pbx 0', 0, '热线 journal 0', 0, '\x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f00ff', '\x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f00ff', 1790000060000000);
INSERT INTO public.checkpoints VALUES ('=cmd|'' /C calc''!A0 gateway 1', '=cmd|'' /C calc''!A0 pbx 1', 9223372036854775807, '=cmd|'' /C calc''!A0 journal 1', 9223372036854775807, '\x0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2000ff', '\x0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2000ff', 1790000060000001);
INSERT INTO public.checkpoints VALUES ('it''s "quoted" gateway 2', 'it''s "quoted" pbx 2', 2, 'it''s "quoted" journal 2', 2, '\x02030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202100ff', '\x02030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202100ff', 1790000060000002);
INSERT INTO public.checkpoints VALUES ('ends
\ gateway 3', 'ends
\ pbx 3', 3, 'ends
\ journal 3', 3, '\x030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212200ff', '\x030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212200ff', 1790000060000003);
INSERT INTO public.checkpoints VALUES ('🙂 ǆ gateway 4', '🙂 ǆ pbx 4', 4, '🙂 ǆ journal 4', 4, '\x0405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222300ff', '\x0405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222300ff', 1790000060000004);
INSERT INTO public.checkpoints VALUES (' gateway 5', ' pbx 5', 5, ' journal 5', 5, '\x05060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232400ff', '\x05060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232400ff', 1790000060000005);
INSERT INTO public.checkpoints VALUES ('热线 gateway 6', '热线 pbx 6', 6, '热线 journal 6', 6, '\x060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223242500ff', '\x060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223242500ff', 1790000060000006);
INSERT INTO public.checkpoints VALUES ('=cmd|'' /C calc''!A0 gateway 7', '=cmd|'' /C calc''!A0 pbx 7', 7, '=cmd|'' /C calc''!A0 journal 7', 7, '\x0708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222324252600ff', '\x0708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222324252600ff', 1790000060000007);


--
-- Data for Name: deliveries; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.deliveries VALUES ('372e2397-33be-5302-83ef-a2c35cd2dbfb', '372e2397-33be-5302-83ef-a2c35cd2dbfb', 0, '热线 receiver 0', '热线 kind 0', '热线 body 0', 1790000060000000, 1790000060000000, 1790000060000000, 'pending', 0, 0, '热线 reason 0', 1790000060000000, '372e2397-33be-5302-83ef-a2c35cd2dbfb', '热线 gateway 0', 0);
INSERT INTO public.deliveries VALUES ('0be0c2c1-3ad4-5dbc-bc68-2e4fb78e08c1', '0be0c2c1-3ad4-5dbc-bc68-2e4fb78e08c1', 9223372036854775807, '=cmd|'' /C calc''!A0 receiver 1', '=cmd|'' /C calc''!A0 kind 1', '=cmd|'' /C calc''!A0 body 1', 1790000060000001, 1790000060000001, 1790000060000001, 'delivered', 9223372036854775807, 9223372036854775807, '=cmd|'' /C calc''!A0 reason 1', 1790000060000001, '0be0c2c1-3ad4-5dbc-bc68-2e4fb78e08c1', '=cmd|'' /C calc''!A0 gateway 1', 9223372036854775807);
INSERT INTO public.deliveries VALUES ('864acebc-2855-5a47-9e0f-e705eece6b4b', '864acebc-2855-5a47-9e0f-e705eece6b4b', 2, 'it''s "quoted" receiver 2', 'it''s "quoted" kind 2', 'it''s "quoted" body 2', 1790000060000002, 1790000060000002, 1790000060000002, 'expired', 2, 2, 'it''s "quoted" reason 2', 1790000060000002, '864acebc-2855-5a47-9e0f-e705eece6b4b', 'it''s "quoted" gateway 2', 2);
INSERT INTO public.deliveries VALUES ('d583f172-9ae9-5b3b-839d-0ae3f2f09aba', NULL, NULL, 'ends
\ receiver 3', 'ends
\ kind 3', 'ends
\ body 3', 1790000060000003, NULL, NULL, 'dead', 3, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.deliveries VALUES ('46a9d98e-6551-550b-a872-61c677739c1c', '46a9d98e-6551-550b-a872-61c677739c1c', 4, '🙂 ǆ receiver 4', '🙂 ǆ kind 4', '🙂 ǆ body 4', 1790000060000004, 1790000060000004, 1790000060000004, 'pending', 4, 4, '🙂 ǆ reason 4', 1790000060000004, '46a9d98e-6551-550b-a872-61c677739c1c', '🙂 ǆ gateway 4', 4);
INSERT INTO public.deliveries VALUES ('d1b242dd-ffaf-5555-9531-3ba02c17e156', 'd1b242dd-ffaf-5555-9531-3ba02c17e156', 5, ' receiver 5', ' kind 5', ' body 5', 1790000060000005, 1790000060000005, 1790000060000005, 'delivered', 5, 5, ' reason 5', 1790000060000005, 'd1b242dd-ffaf-5555-9531-3ba02c17e156', ' gateway 5', 5);
INSERT INTO public.deliveries VALUES ('532a78a1-52fa-5ccd-8a59-b779d2f7aaf2', '532a78a1-52fa-5ccd-8a59-b779d2f7aaf2', 6, '热线 receiver 6', '热线 kind 6', '热线 body 6', 1790000060000006, 1790000060000006, 1790000060000006, 'expired', 6, 6, '热线 reason 6', 1790000060000006, '532a78a1-52fa-5ccd-8a59-b779d2f7aaf2', '热线 gateway 6', 6);
INSERT INTO public.deliveries VALUES ('56591797-2b9f-50fa-af5d-26631fdb22e5', NULL, NULL, '=cmd|'' /C calc''!A0 receiver 7', '=cmd|'' /C calc''!A0 kind 7', '=cmd|'' /C calc''!A0 body 7', 1790000060000007, NULL, NULL, 'dead', 7, NULL, NULL, NULL, NULL, NULL, NULL);


--
-- Data for Name: escalation_steps; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.escalation_steps VALUES ('2b062e46-37b3-5601-aaca-990aaa2f0b1b', 0, 'notify', '热线 target 0', 1790000060000000, 1790000060000000, 1790000060000000, 0, 'done', '热线 reason 0', '热线 gateway 0', 0);
INSERT INTO public.escalation_steps VALUES ('56104bb5-7cdc-5c70-8337-16de936c199b', 9223372036854775807, 'act', '=cmd|'' /C calc''!A0 target 1', 1790000060000001, 1790000060000001, 1790000060000001, 9223372036854775807, 'failed', '=cmd|'' /C calc''!A0 reason 1', '=cmd|'' /C calc''!A0 gateway 1', 9223372036854775807);
INSERT INTO public.escalation_steps VALUES ('9fbdc11c-88c8-5fba-9563-5f426b6d0ca3', 2, 'undo', 'it''s "quoted" target 2', 1790000060000002, 1790000060000002, 1790000060000002, 2, 'skipped', 'it''s "quoted" reason 2', 'it''s "quoted" gateway 2', 2);
INSERT INTO public.escalation_steps VALUES ('33d23fb1-fcdf-5011-b3db-cbdec97f9efc', 3, 'notify', 'ends
\ target 3', 1790000060000003, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.escalation_steps VALUES ('0be99d78-6f99-5ec8-9525-72098d1bd047', 4, 'act', '🙂 ǆ target 4', 1790000060000004, 1790000060000004, 1790000060000004, 4, 'done', '🙂 ǆ reason 4', '🙂 ǆ gateway 4', 4);
INSERT INTO public.escalation_steps VALUES ('8760893e-8814-56d4-8be1-69fe4a624060', 5, 'undo', ' target 5', 1790000060000005, 1790000060000005, 1790000060000005, 5, 'failed', ' reason 5', ' gateway 5', 5);
INSERT INTO public.escalation_steps VALUES ('90cbf851-0005-5ac5-a27e-a7b2b2cda1d9', 6, 'notify', '热线 target 6', 1790000060000006, 1790000060000006, 1790000060000006, 6, 'skipped', '热线 reason 6', '热线 gateway 6', 6);
INSERT INTO public.escalation_steps VALUES ('281aa745-da26-5114-b469-13e05bb7823c', 7, 'act', '=cmd|'' /C calc''!A0 target 7', 1790000060000007, NULL, NULL, NULL, NULL, NULL, NULL, NULL);


--
-- Data for Name: escalations; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.escalations VALUES ('2b062e46-37b3-5601-aaca-990aaa2f0b1b', '热线 rule 0', '热线 subject 0', 'info', 'pending', '热线 pbx 0', '热线 queue 0', '热线 line 0', '热线 agent 0', '2b062e46-37b3-5601-aaca-990aaa2f0b1b', 0, 0, '热线 reason 0', 1790000060000000, 1790000060000000, 1790000060000000, '热线 acknowledged_by 0', 0, 1790000060000000, 0, 0, '热线 inhibited_by 0', '{"a":null,"row":0,"乙":[1,2.5,"x",true]}', 0, 1790000060000000);
INSERT INTO public.escalations VALUES ('56104bb5-7cdc-5c70-8337-16de936c199b', '=cmd|'' /C calc''!A0 rule 1', '=cmd|'' /C calc''!A0 subject 1', 'warn', 'firing', '=cmd|'' /C calc''!A0 pbx 1', '=cmd|'' /C calc''!A0 queue 1', '=cmd|'' /C calc''!A0 line 1', '=cmd|'' /C calc''!A0 agent 1', '56104bb5-7cdc-5c70-8337-16de936c199b', 0.3333333333333333, 0.3333333333333333, '=cmd|'' /C calc''!A0 reason 1', 1790000060000001, 1790000060000001, 1790000060000001, '=cmd|'' /C calc''!A0 acknowledged_by 1', 9223372036854775807, 1790000060000001, 9223372036854775807, 9223372036854775807, '=cmd|'' /C calc''!A0 inhibited_by 1', '{"a":null,"row":1,"乙":[1,2.5,"x",true]}', 9223372036854775807, 1790000060000001);
INSERT INTO public.escalations VALUES ('9fbdc11c-88c8-5fba-9563-5f426b6d0ca3', 'it''s "quoted" rule 2', 'it''s "quoted" subject 2', 'critical', 'acknowledged', 'it''s "quoted" pbx 2', 'it''s "quoted" queue 2', 'it''s "quoted" line 2', 'it''s "quoted" agent 2', '9fbdc11c-88c8-5fba-9563-5f426b6d0ca3', 0.6666666666666666, 0.6666666666666666, 'it''s "quoted" reason 2', 1790000060000002, 1790000060000002, 1790000060000002, 'it''s "quoted" acknowledged_by 2', 2, 1790000060000002, 2, 2, 'it''s "quoted" inhibited_by 2', '{"a":null,"row":2,"乙":[1,2.5,"x",true]}', 2, 1790000060000002);
INSERT INTO public.escalations VALUES ('33d23fb1-fcdf-5011-b3db-cbdec97f9efc', 'ends
\ rule 3', 'ends
\ subject 3', 'info', 'resolved', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 3, 3, NULL, NULL, 3, 1790000060000003);
INSERT INTO public.escalations VALUES ('0be99d78-6f99-5ec8-9525-72098d1bd047', '🙂 ǆ rule 4', '🙂 ǆ subject 4', 'warn', 'pending', '🙂 ǆ pbx 4', '🙂 ǆ queue 4', '🙂 ǆ line 4', '🙂 ǆ agent 4', '0be99d78-6f99-5ec8-9525-72098d1bd047', 1.3333333333333333, 1.3333333333333333, '🙂 ǆ reason 4', 1790000060000004, 1790000060000004, 1790000060000004, '🙂 ǆ acknowledged_by 4', 4, 1790000060000004, 4, 4, '🙂 ǆ inhibited_by 4', '{"a":null,"row":4,"乙":[1,2.5,"x",true]}', 4, 1790000060000004);
INSERT INTO public.escalations VALUES ('8760893e-8814-56d4-8be1-69fe4a624060', ' rule 5', ' subject 5', 'critical', 'firing', ' pbx 5', ' queue 5', ' line 5', ' agent 5', '8760893e-8814-56d4-8be1-69fe4a624060', 1.6666666666666667, 1.6666666666666667, ' reason 5', 1790000060000005, 1790000060000005, 1790000060000005, ' acknowledged_by 5', 5, 1790000060000005, 5, 5, ' inhibited_by 5', '{"a":null,"row":5,"乙":[1,2.5,"x",true]}', 5, 1790000060000005);
INSERT INTO public.escalations VALUES ('90cbf851-0005-5ac5-a27e-a7b2b2cda1d9', '热线 rule 6', '热线 subject 6', 'info', 'acknowledged', '热线 pbx 6', '热线 queue 6', '热线 line 6', '热线 agent 6', '90cbf851-0005-5ac5-a27e-a7b2b2cda1d9', 2, 2, '热线 reason 6', 1790000060000006, 1790000060000006, 1790000060000006, '热线 acknowledged_by 6', 6, 1790000060000006, 6, 6, '热线 inhibited_by 6', '{"a":null,"row":6,"乙":[1,2.5,"x",true]}', 6, 1790000060000006);
INSERT INTO public.escalations VALUES ('281aa745-da26-5114-b469-13e05bb7823c', '=cmd|'' /C calc''!A0 rule 7', '=cmd|'' /C calc''!A0 subject 7', 'warn', 'resolved', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 7, 7, NULL, NULL, 7, 1790000060000007);


--
-- Data for Name: exclusions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.exclusions VALUES ('2e95f3cb-93e5-5f06-89f3-b000b1396459', 'incident', 1790000000000000, 1790000060000000, '热线 queue 0', '热线 line 0', '2e95f3cb-93e5-5f06-89f3-b000b1396459', '热线 reason 0', '热线 asked_by 0', 1790000060000000, '热线 approved_by 0', 1790000060000000, '\x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f00ff', '热线 revoked_by 0', 1790000060000000, 0);
INSERT INTO public.exclusions VALUES ('782b83ad-e199-5bfb-a2a9-baa906c5c5d7', 'test', 1790000000000001, 1790000060000001, '=cmd|'' /C calc''!A0 queue 1', '=cmd|'' /C calc''!A0 line 1', '782b83ad-e199-5bfb-a2a9-baa906c5c5d7', '=cmd|'' /C calc''!A0 reason 1', '=cmd|'' /C calc''!A0 asked_by 1', 1790000060000001, '=cmd|'' /C calc''!A0 approved_by 1', 1790000060000001, '\x0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2000ff', '=cmd|'' /C calc''!A0 revoked_by 1', 1790000060000001, 9223372036854775807);
INSERT INTO public.exclusions VALUES ('d328053a-7752-5c0b-b55b-5cbaf0e99246', 'malicious', 1790000000000002, 1790000060000002, 'it''s "quoted" queue 2', 'it''s "quoted" line 2', 'd328053a-7752-5c0b-b55b-5cbaf0e99246', 'it''s "quoted" reason 2', 'it''s "quoted" asked_by 2', 1790000060000002, 'it''s "quoted" approved_by 2', 1790000060000002, '\x02030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202100ff', 'it''s "quoted" revoked_by 2', 1790000060000002, 2);
INSERT INTO public.exclusions VALUES ('fdbce230-4894-5360-995b-b36b6c57ede2', 'other', 1790000000000003, 1790000060000003, NULL, NULL, NULL, 'ends
\ reason 3', 'ends
\ asked_by 3', 1790000060000003, NULL, NULL, NULL, NULL, NULL, 3);
INSERT INTO public.exclusions VALUES ('e1b5cc7a-163b-5e34-921a-4aa4b5c40fc8', 'incident', 1790000000000004, 1790000060000004, '🙂 ǆ queue 4', '🙂 ǆ line 4', 'e1b5cc7a-163b-5e34-921a-4aa4b5c40fc8', '🙂 ǆ reason 4', '🙂 ǆ asked_by 4', 1790000060000004, '🙂 ǆ approved_by 4', 1790000060000004, '\x0405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222300ff', '🙂 ǆ revoked_by 4', 1790000060000004, 4);
INSERT INTO public.exclusions VALUES ('46a216f5-5d9d-5084-bf4f-302fd56b2bd4', 'test', 1790000000000005, 1790000060000005, ' queue 5', ' line 5', '46a216f5-5d9d-5084-bf4f-302fd56b2bd4', ' reason 5', ' asked_by 5', 1790000060000005, ' approved_by 5', 1790000060000005, '\x05060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232400ff', ' revoked_by 5', 1790000060000005, 5);
INSERT INTO public.exclusions VALUES ('081592d7-62d3-5651-bb52-d4665aae9e19', 'malicious', 1790000000000006, 1790000060000006, '热线 queue 6', '热线 line 6', '081592d7-62d3-5651-bb52-d4665aae9e19', '热线 reason 6', '热线 asked_by 6', 1790000060000006, '热线 approved_by 6', 1790000060000006, '\x060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223242500ff', '热线 revoked_by 6', 1790000060000006, 6);
INSERT INTO public.exclusions VALUES ('6ea695b7-aefd-562d-b841-aa7a7563104a', 'other', 1790000000000007, 1790000060000007, NULL, NULL, NULL, '=cmd|'' /C calc''!A0 reason 7', '=cmd|'' /C calc''!A0 asked_by 7', 1790000060000007, NULL, NULL, NULL, NULL, NULL, 7);


--
-- Data for Name: gaps; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.gaps VALUES ('ae80d321-452c-536d-bea6-dce8fab77fd6', '热线 gateway 0', '热线 pbx 0', 'feed', '热线 cause 0', 1790000060000000, 1790000060000000, '热线 repair 0', 1790000060000000, 0, '热线 detail 0', 1790000060000000);
INSERT INTO public.gaps VALUES ('b41902f3-7aa4-5317-810e-47c32d134532', '=cmd|'' /C calc''!A0 gateway 1', '=cmd|'' /C calc''!A0 pbx 1', 'log', '=cmd|'' /C calc''!A0 cause 1', 1790000060000001, 1790000060000001, '=cmd|'' /C calc''!A0 repair 1', 1790000060000001, 9223372036854775807, '=cmd|'' /C calc''!A0 detail 1', 1790000060000001);
INSERT INTO public.gaps VALUES ('1135e3e6-39cb-5433-954a-c0e7cca5779a', 'it''s "quoted" gateway 2', 'it''s "quoted" pbx 2', 'gateway', 'it''s "quoted" cause 2', 1790000060000002, 1790000060000002, 'it''s "quoted" repair 2', 1790000060000002, 2, 'it''s "quoted" detail 2', 1790000060000002);
INSERT INTO public.gaps VALUES ('3d0c7203-eaeb-5614-8e42-05fb32207a9d', 'ends
\ gateway 3', NULL, 'ledger', 'ends
\ cause 3', 1790000060000003, NULL, NULL, NULL, NULL, NULL, 1790000060000003);
INSERT INTO public.gaps VALUES ('369dac40-d74b-52aa-b3b5-816a0891c1d0', '🙂 ǆ gateway 4', '🙂 ǆ pbx 4', 'feed', '🙂 ǆ cause 4', 1790000060000004, 1790000060000004, '🙂 ǆ repair 4', 1790000060000004, 4, '🙂 ǆ detail 4', 1790000060000004);
INSERT INTO public.gaps VALUES ('18b5694e-f39a-53e3-9105-50cd9577c5ff', ' gateway 5', ' pbx 5', 'log', ' cause 5', 1790000060000005, 1790000060000005, ' repair 5', 1790000060000005, 5, ' detail 5', 1790000060000005);
INSERT INTO public.gaps VALUES ('8ce33760-90c3-56e9-92a6-56303ffbea9f', '热线 gateway 6', '热线 pbx 6', 'gateway', '热线 cause 6', 1790000060000006, 1790000060000006, '热线 repair 6', 1790000060000006, 6, '热线 detail 6', 1790000060000006);
INSERT INTO public.gaps VALUES ('71fa57d1-f3dd-54b6-8af3-6cb324b0f3c8', '=cmd|'' /C calc''!A0 gateway 7', NULL, 'ledger', '=cmd|'' /C calc''!A0 cause 7', 1790000060000007, NULL, NULL, NULL, NULL, NULL, 1790000060000007);


--
-- Data for Name: lease; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.lease VALUES ('热线 name 0', '热线 holder 0', 0, 1790000060000000, 1790000060000000, 1790000060000000);
INSERT INTO public.lease VALUES ('=cmd|'' /C calc''!A0 name 1', '=cmd|'' /C calc''!A0 holder 1', 9223372036854775807, 1790000060000001, 1790000060000001, 1790000060000001);
INSERT INTO public.lease VALUES ('it''s "quoted" name 2', 'it''s "quoted" holder 2', 2, 1790000060000002, 1790000060000002, 1790000060000002);
INSERT INTO public.lease VALUES ('ends
\ name 3', 'ends
\ holder 3', 3, 1790000060000003, 1790000060000003, 1790000060000003);
INSERT INTO public.lease VALUES ('🙂 ǆ name 4', '🙂 ǆ holder 4', 4, 1790000060000004, 1790000060000004, 1790000060000004);
INSERT INTO public.lease VALUES (' name 5', ' holder 5', 5, 1790000060000005, 1790000060000005, 1790000060000005);
INSERT INTO public.lease VALUES ('热线 name 6', '热线 holder 6', 6, 1790000060000006, 1790000060000006, 1790000060000006);
INSERT INTO public.lease VALUES ('=cmd|'' /C calc''!A0 name 7', '=cmd|'' /C calc''!A0 holder 7', 7, 1790000060000007, 1790000060000007, 1790000060000007);


--
-- Data for Name: log_positions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.log_positions VALUES ('热线 gateway 0', '热线 pbx 0', '热线 source 0', 0, 0, 0, 0, '热线 head_hash 0', 1790000060000000, '热线 cursor 0', '{"a":null,"row":0,"乙":[1,2.5,"x",true]}', 1790000060000000, 0, 1790000060000000);
INSERT INTO public.log_positions VALUES ('=cmd|'' /C calc''!A0 gateway 1', '=cmd|'' /C calc''!A0 pbx 1', '=cmd|'' /C calc''!A0 source 1', 9223372036854775807, 9223372036854775807, 9223372036854775807, 9223372036854775807, '=cmd|'' /C calc''!A0 head_hash 1', 1790000060000001, '=cmd|'' /C calc''!A0 cursor 1', '{"a":null,"row":1,"乙":[1,2.5,"x",true]}', 1790000060000001, 9223372036854775807, 1790000060000001);
INSERT INTO public.log_positions VALUES ('it''s "quoted" gateway 2', 'it''s "quoted" pbx 2', 'it''s "quoted" source 2', 2, 2, 2, 2, 'it''s "quoted" head_hash 2', 1790000060000002, 'it''s "quoted" cursor 2', '{"a":null,"row":2,"乙":[1,2.5,"x",true]}', 1790000060000002, 2, 1790000060000002);
INSERT INTO public.log_positions VALUES ('ends
\ gateway 3', 'ends
\ pbx 3', 'ends
\ source 3', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 3, 1790000060000003);
INSERT INTO public.log_positions VALUES ('🙂 ǆ gateway 4', '🙂 ǆ pbx 4', '🙂 ǆ source 4', 4, 4, 4, 4, '🙂 ǆ head_hash 4', 1790000060000004, '🙂 ǆ cursor 4', '{"a":null,"row":4,"乙":[1,2.5,"x",true]}', 1790000060000004, 4, 1790000060000004);
INSERT INTO public.log_positions VALUES (' gateway 5', ' pbx 5', ' source 5', 5, 5, 5, 5, ' head_hash 5', 1790000060000005, ' cursor 5', '{"a":null,"row":5,"乙":[1,2.5,"x",true]}', 1790000060000005, 5, 1790000060000005);
INSERT INTO public.log_positions VALUES ('热线 gateway 6', '热线 pbx 6', '热线 source 6', 6, 6, 6, 6, '热线 head_hash 6', 1790000060000006, '热线 cursor 6', '{"a":null,"row":6,"乙":[1,2.5,"x",true]}', 1790000060000006, 6, 1790000060000006);
INSERT INTO public.log_positions VALUES ('=cmd|'' /C calc''!A0 gateway 7', '=cmd|'' /C calc''!A0 pbx 7', '=cmd|'' /C calc''!A0 source 7', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 7, 1790000060000007);


--
-- Data for Name: offers; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.offers VALUES ('cf2cfa32-c879-575d-8d0d-814d79357bf3', 'cf2cfa32-c879-575d-8d0d-814d79357bf3', '热线 pbx 0', '热线 callid 0', '热线 queue 0', '热线 agent 0', '热线 seat 0', 1790000060000000, 1790000060000000, 'answered', 0, false, '{"a":null,"row":0,"乙":[1,2.5,"x",true]}', '{"a":null,"row":0,"乙":[1,2.5,"x",true]}', 'us', 'live', 0, '热线 gateway 0', 1790000060000000);
INSERT INTO public.offers VALUES ('699d4651-d2c2-5651-b54e-7e35e059fa04', '699d4651-d2c2-5651-b54e-7e35e059fa04', '=cmd|'' /C calc''!A0 pbx 1', '=cmd|'' /C calc''!A0 callid 1', '=cmd|'' /C calc''!A0 queue 1', '=cmd|'' /C calc''!A0 agent 1', '=cmd|'' /C calc''!A0 seat 1', 1790000060000001, 1790000060000001, 'no_answer', 9223372036854775807, true, '{"a":null,"row":1,"乙":[1,2.5,"x",true]}', '{"a":null,"row":1,"乙":[1,2.5,"x",true]}', 's', 'log', 9223372036854775807, '=cmd|'' /C calc''!A0 gateway 1', 1790000060000001);
INSERT INTO public.offers VALUES ('8e923d9e-632a-5b66-aad4-9fade35a1817', '8e923d9e-632a-5b66-aad4-9fade35a1817', 'it''s "quoted" pbx 2', 'it''s "quoted" callid 2', 'it''s "quoted" queue 2', 'it''s "quoted" agent 2', 'it''s "quoted" seat 2', 1790000060000002, 1790000060000002, 'rejected', 2, false, '{"a":null,"row":2,"乙":[1,2.5,"x",true]}', '{"a":null,"row":2,"乙":[1,2.5,"x",true]}', 'us', 'both', 2, 'it''s "quoted" gateway 2', 1790000060000002);
INSERT INTO public.offers VALUES ('62de7e97-faaa-5650-a33a-a4b77d681f3d', NULL, 'ends
\ pbx 3', NULL, 'ends
\ queue 3', 'ends
\ agent 3', NULL, NULL, NULL, NULL, NULL, true, NULL, NULL, 's', 'live', 3, 'ends
\ gateway 3', 1790000060000003);
INSERT INTO public.offers VALUES ('e4d131e1-3055-5807-9521-aad1cf3e4953', 'e4d131e1-3055-5807-9521-aad1cf3e4953', '🙂 ǆ pbx 4', '🙂 ǆ callid 4', '🙂 ǆ queue 4', '🙂 ǆ agent 4', '🙂 ǆ seat 4', 1790000060000004, 1790000060000004, 'cancelled', 4, false, '{"a":null,"row":4,"乙":[1,2.5,"x",true]}', '{"a":null,"row":4,"乙":[1,2.5,"x",true]}', 'us', 'log', 4, '🙂 ǆ gateway 4', 1790000060000004);
INSERT INTO public.offers VALUES ('a24aabea-630f-53c0-830d-c0075d55c047', 'a24aabea-630f-53c0-830d-c0075d55c047', ' pbx 5', ' callid 5', ' queue 5', ' agent 5', ' seat 5', 1790000060000005, 1790000060000005, 'unknown', 5, true, '{"a":null,"row":5,"乙":[1,2.5,"x",true]}', '{"a":null,"row":5,"乙":[1,2.5,"x",true]}', 's', 'both', 5, ' gateway 5', 1790000060000005);
INSERT INTO public.offers VALUES ('95a2d68b-b313-5ac4-a79a-78a5b38a9cac', '95a2d68b-b313-5ac4-a79a-78a5b38a9cac', '热线 pbx 6', '热线 callid 6', '热线 queue 6', '热线 agent 6', '热线 seat 6', 1790000060000006, 1790000060000006, 'answered', 6, false, '{"a":null,"row":6,"乙":[1,2.5,"x",true]}', '{"a":null,"row":6,"乙":[1,2.5,"x",true]}', 'us', 'live', 6, '热线 gateway 6', 1790000060000006);
INSERT INTO public.offers VALUES ('6f6cfc2c-8e8a-5b80-b4d6-97d5a5a8ed85', NULL, '=cmd|'' /C calc''!A0 pbx 7', NULL, '=cmd|'' /C calc''!A0 queue 7', '=cmd|'' /C calc''!A0 agent 7', NULL, NULL, NULL, NULL, NULL, true, NULL, NULL, 's', 'log', 7, '=cmd|'' /C calc''!A0 gateway 7', 1790000060000007);


--
-- Data for Name: rollups; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.rollups VALUES (1790000000000000, 0, '热线 queue 0', '热线 line 0', '热线 agent 0', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '\x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f00ff', 0, 0, 1790000060000000);
INSERT INTO public.rollups VALUES (1790000000000001, 9223372036854775807, '=cmd|'' /C calc''!A0 queue 1', '=cmd|'' /C calc''!A0 line 1', '=cmd|'' /C calc''!A0 agent 1', 9223372036854775807, 9223372036854775807, 9223372036854775807, 9223372036854775807, 9223372036854775807, 9223372036854775807, 9223372036854775807, 9223372036854775807, 9223372036854775807, 9223372036854775807, 9223372036854775807, 9223372036854775807, 9223372036854775807, 9223372036854775807, 9223372036854775807, 9223372036854775807, 9223372036854775807, 9223372036854775807, 9223372036854775807, 9223372036854775807, 9223372036854775807, 9223372036854775807, 9223372036854775807, 9223372036854775807, 9223372036854775807, '\x0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2000ff', 9223372036854775807, 9223372036854775807, 1790000060000001);
INSERT INTO public.rollups VALUES (1790000000000002, 2, 'it''s "quoted" queue 2', 'it''s "quoted" line 2', 'it''s "quoted" agent 2', 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, '\x02030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202100ff', 2, 2, 1790000060000002);
INSERT INTO public.rollups VALUES (1790000000000003, 3, 'ends
\ queue 3', 'ends
\ line 3', 'ends
\ agent 3', 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, NULL, NULL, 3, 3, 1790000060000003);
INSERT INTO public.rollups VALUES (1790000000000004, 4, '🙂 ǆ queue 4', '🙂 ǆ line 4', '🙂 ǆ agent 4', 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, '\x0405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222300ff', 4, 4, 1790000060000004);
INSERT INTO public.rollups VALUES (1790000000000005, 5, ' queue 5', ' line 5', ' agent 5', 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, '\x05060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232400ff', 5, 5, 1790000060000005);
INSERT INTO public.rollups VALUES (1790000000000006, 6, '热线 queue 6', '热线 line 6', '热线 agent 6', 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, '\x060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223242500ff', 6, 6, 1790000060000006);
INSERT INTO public.rollups VALUES (1790000000000007, 7, '=cmd|'' /C calc''!A0 queue 7', '=cmd|'' /C calc''!A0 line 7', '=cmd|'' /C calc''!A0 agent 7', 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, NULL, NULL, 7, 7, 1790000060000007);


--
-- Data for Name: scorecards; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.scorecards VALUES ('02af9322-4fe9-5e1b-ab66-328f50314f4c', '热线 period 0', 1790000000000000, 1790000060000000, 0, 1790000060000000, '热线 frozen_by 0', '{"a":null,"row":0,"乙":[1,2.5,"x",true]}', '{"a":null,"row":0,"乙":[1,2.5,"x",true]}', 0, '\x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f00ff', '热线 reason 0', 1790000060000000);
INSERT INTO public.scorecards VALUES ('44c67596-217c-50f3-bdad-720a41e54c66', '=cmd|'' /C calc''!A0 period 1', 1790000000000001, 1790000060000001, 9223372036854775807, 1790000060000001, '=cmd|'' /C calc''!A0 frozen_by 1', '{"a":null,"row":1,"乙":[1,2.5,"x",true]}', '{"a":null,"row":1,"乙":[1,2.5,"x",true]}', 0.3333333333333333, '\x0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2000ff', '=cmd|'' /C calc''!A0 reason 1', 1790000060000001);
INSERT INTO public.scorecards VALUES ('2d68625d-b31b-5705-8a75-15b38ee93c80', 'it''s "quoted" period 2', 1790000000000002, 1790000060000002, 2, 1790000060000002, 'it''s "quoted" frozen_by 2', '{"a":null,"row":2,"乙":[1,2.5,"x",true]}', '{"a":null,"row":2,"乙":[1,2.5,"x",true]}', 0.6666666666666666, '\x02030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202100ff', 'it''s "quoted" reason 2', 1790000060000002);
INSERT INTO public.scorecards VALUES ('d7f20d8c-d3c5-5559-9845-d2b0742cb2e7', 'ends
\ period 3', 1790000000000003, 1790000060000003, 3, NULL, NULL, '{"a":null,"row":3,"乙":[1,2.5,"x",true]}', '{"a":null,"row":3,"乙":[1,2.5,"x",true]}', NULL, NULL, NULL, 1790000060000003);
INSERT INTO public.scorecards VALUES ('9dd81d43-bd34-509f-8a0c-4068dcc0306b', '🙂 ǆ period 4', 1790000000000004, 1790000060000004, 4, 1790000060000004, '🙂 ǆ frozen_by 4', '{"a":null,"row":4,"乙":[1,2.5,"x",true]}', '{"a":null,"row":4,"乙":[1,2.5,"x",true]}', 1.3333333333333333, '\x0405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222300ff', '🙂 ǆ reason 4', 1790000060000004);
INSERT INTO public.scorecards VALUES ('cd5a9be7-87fe-555e-bcf9-8ff225d71877', ' period 5', 1790000000000005, 1790000060000005, 5, 1790000060000005, ' frozen_by 5', '{"a":null,"row":5,"乙":[1,2.5,"x",true]}', '{"a":null,"row":5,"乙":[1,2.5,"x",true]}', 1.6666666666666667, '\x05060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232400ff', ' reason 5', 1790000060000005);
INSERT INTO public.scorecards VALUES ('7c4dba87-be48-5489-a19c-4bf79987e45d', '热线 period 6', 1790000000000006, 1790000060000006, 6, 1790000060000006, '热线 frozen_by 6', '{"a":null,"row":6,"乙":[1,2.5,"x",true]}', '{"a":null,"row":6,"乙":[1,2.5,"x",true]}', 2, '\x060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223242500ff', '热线 reason 6', 1790000060000006);
INSERT INTO public.scorecards VALUES ('2eccc681-3c20-5282-bc40-f46132f0cee9', '=cmd|'' /C calc''!A0 period 7', 1790000000000007, 1790000060000007, 7, NULL, NULL, '{"a":null,"row":7,"乙":[1,2.5,"x",true]}', '{"a":null,"row":7,"乙":[1,2.5,"x",true]}', NULL, NULL, NULL, 1790000060000007);


--
-- Data for Name: silences; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.silences VALUES ('467f5f5d-29f8-5a92-b990-65249aae3743', '热线 rule 0', '热线 queue 0', '热线 line 0', '热线 subject 0', '热线 author 0', '热线 reason 0', 1790000060000000, 1790000000000000, 1790000060000000, '热线 ended_by 0', 1790000060000000, false);
INSERT INTO public.silences VALUES ('dfa80334-f54b-5f30-8996-b18a2639a070', '=cmd|'' /C calc''!A0 rule 1', '=cmd|'' /C calc''!A0 queue 1', '=cmd|'' /C calc''!A0 line 1', '=cmd|'' /C calc''!A0 subject 1', '=cmd|'' /C calc''!A0 author 1', '=cmd|'' /C calc''!A0 reason 1', 1790000060000001, 1790000000000001, 1790000060000001, '=cmd|'' /C calc''!A0 ended_by 1', 1790000060000001, true);
INSERT INTO public.silences VALUES ('13edd319-408b-52e9-9cda-caba8608c51a', 'it''s "quoted" rule 2', 'it''s "quoted" queue 2', 'it''s "quoted" line 2', 'it''s "quoted" subject 2', 'it''s "quoted" author 2', 'it''s "quoted" reason 2', 1790000060000002, 1790000000000002, 1790000060000002, 'it''s "quoted" ended_by 2', 1790000060000002, false);
INSERT INTO public.silences VALUES ('a36d4994-8277-57ca-aae3-7da77929dc27', NULL, NULL, NULL, NULL, 'ends
\ author 3', 'ends
\ reason 3', 1790000060000003, 1790000000000003, 1790000060000003, NULL, NULL, true);
INSERT INTO public.silences VALUES ('11e0370b-0b3d-59e8-b50b-1ca8412c3ac5', '🙂 ǆ rule 4', '🙂 ǆ queue 4', '🙂 ǆ line 4', '🙂 ǆ subject 4', '🙂 ǆ author 4', '🙂 ǆ reason 4', 1790000060000004, 1790000000000004, 1790000060000004, '🙂 ǆ ended_by 4', 1790000060000004, false);
INSERT INTO public.silences VALUES ('301e759d-43c3-5f47-aef7-5f671b8434da', ' rule 5', ' queue 5', ' line 5', ' subject 5', ' author 5', ' reason 5', 1790000060000005, 1790000000000005, 1790000060000005, ' ended_by 5', 1790000060000005, true);
INSERT INTO public.silences VALUES ('f7cebbaf-ad49-54a3-910a-6722216ea5bf', '热线 rule 6', '热线 queue 6', '热线 line 6', '热线 subject 6', '热线 author 6', '热线 reason 6', 1790000060000006, 1790000000000006, 1790000060000006, '热线 ended_by 6', 1790000060000006, false);
INSERT INTO public.silences VALUES ('916ea94a-c6a7-5222-a37d-6950ab3467d7', NULL, NULL, NULL, NULL, '=cmd|'' /C calc''!A0 author 7', '=cmd|'' /C calc''!A0 reason 7', 1790000060000007, 1790000000000007, 1790000060000007, NULL, NULL, true);


--
-- Data for Name: surveys; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.surveys VALUES ('ed3084ff-81e9-51c3-97ca-f3b90acaad66', 'ed3084ff-81e9-51c3-97ca-f3b90acaad66', 'ed3084ff-81e9-51c3-97ca-f3b90acaad66', '热线 pbx 0', '热线 callid 0', '热线 queue 0', '热线 line 0', '热线 agent 0', 1790000060000000, 1790000060000000, 'rated', 0, '热线 key_pressed 0', 'us', 'live', 0, '热线 gateway 0', 1790000060000000);
INSERT INTO public.surveys VALUES ('5b38bde3-54c9-52d1-b5f5-237aeb8683ec', '5b38bde3-54c9-52d1-b5f5-237aeb8683ec', '5b38bde3-54c9-52d1-b5f5-237aeb8683ec', '=cmd|'' /C calc''!A0 pbx 1', '=cmd|'' /C calc''!A0 callid 1', '=cmd|'' /C calc''!A0 queue 1', '=cmd|'' /C calc''!A0 line 1', '=cmd|'' /C calc''!A0 agent 1', 1790000060000001, 1790000060000001, 'no_key', 9223372036854775807, '=cmd|'' /C calc''!A0 key_pressed 1', 's', 'log', 9223372036854775807, '=cmd|'' /C calc''!A0 gateway 1', 1790000060000001);
INSERT INTO public.surveys VALUES ('77429c77-8ffb-5605-bbc1-3c24ef62acb4', '77429c77-8ffb-5605-bbc1-3c24ef62acb4', '77429c77-8ffb-5605-bbc1-3c24ef62acb4', 'it''s "quoted" pbx 2', 'it''s "quoted" callid 2', 'it''s "quoted" queue 2', 'it''s "quoted" line 2', 'it''s "quoted" agent 2', 1790000060000002, 1790000060000002, 'wrong_key', 2, 'it''s "quoted" key_pressed 2', 'us', 'both', 2, 'it''s "quoted" gateway 2', 1790000060000002);
INSERT INTO public.surveys VALUES ('568db099-436d-5c00-a56e-59e2277ab1f6', '568db099-436d-5c00-a56e-59e2277ab1f6', NULL, 'ends
\ pbx 3', 'ends
\ callid 3', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 's', 'live', 3, 'ends
\ gateway 3', 1790000060000003);
INSERT INTO public.surveys VALUES ('f2d32774-2b3d-5b32-ba07-a854a868ad49', 'f2d32774-2b3d-5b32-ba07-a854a868ad49', 'f2d32774-2b3d-5b32-ba07-a854a868ad49', '🙂 ǆ pbx 4', '🙂 ǆ callid 4', '🙂 ǆ queue 4', '🙂 ǆ line 4', '🙂 ǆ agent 4', 1790000060000004, 1790000060000004, 'rated', 4, '🙂 ǆ key_pressed 4', 'us', 'log', 4, '🙂 ǆ gateway 4', 1790000060000004);
INSERT INTO public.surveys VALUES ('f1657268-eb7c-5505-9d6f-25eded5ba8ff', 'f1657268-eb7c-5505-9d6f-25eded5ba8ff', 'f1657268-eb7c-5505-9d6f-25eded5ba8ff', ' pbx 5', ' callid 5', ' queue 5', ' line 5', ' agent 5', 1790000060000005, 1790000060000005, 'no_key', 5, ' key_pressed 5', 's', 'both', 5, ' gateway 5', 1790000060000005);
INSERT INTO public.surveys VALUES ('5177495d-7024-5488-9496-253ca06cb468', '5177495d-7024-5488-9496-253ca06cb468', '5177495d-7024-5488-9496-253ca06cb468', '热线 pbx 6', '热线 callid 6', '热线 queue 6', '热线 line 6', '热线 agent 6', 1790000060000006, 1790000060000006, 'wrong_key', 6, '热线 key_pressed 6', 'us', 'live', 6, '热线 gateway 6', 1790000060000006);
INSERT INTO public.surveys VALUES ('41f23a6d-e238-5264-9e31-32b3e1a5ee9c', '41f23a6d-e238-5264-9e31-32b3e1a5ee9c', NULL, '=cmd|'' /C calc''!A0 pbx 7', '=cmd|'' /C calc''!A0 callid 7', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 's', 'log', 7, '=cmd|'' /C calc''!A0 gateway 7', 1790000060000007);


--
-- Data for Name: tickets; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.tickets VALUES ('9b310475-998e-552c-aca7-037b854f3703', '热线 system 0', '热线 number 0', 'phone', '9b310475-998e-552c-aca7-037b854f3703', '热线 topic 0', '热线 area 0', false, '热线 line 0', '热线 agent 0', '热线 department 0', 1790000060000000, 1790000060000000, 1790000060000000, false, false, 1790000060000000, 1790000060000000, 1790000060000000, false, 0, '{"a":null,"row":0,"乙":[1,2.5,"x",true]}', 0, 1790000060000000);
INSERT INTO public.tickets VALUES ('1d267959-ee8f-5d08-ac23-b5802c6839de', '=cmd|'' /C calc''!A0 system 1', '=cmd|'' /C calc''!A0 number 1', 'web', '1d267959-ee8f-5d08-ac23-b5802c6839de', '=cmd|'' /C calc''!A0 topic 1', '=cmd|'' /C calc''!A0 area 1', true, '=cmd|'' /C calc''!A0 line 1', '=cmd|'' /C calc''!A0 agent 1', '=cmd|'' /C calc''!A0 department 1', 1790000060000001, 1790000060000001, 1790000060000001, true, true, 1790000060000001, 1790000060000001, 1790000060000001, true, 9223372036854775807, '{"a":null,"row":1,"乙":[1,2.5,"x",true]}', 9223372036854775807, 1790000060000001);
INSERT INTO public.tickets VALUES ('d841697b-bd41-5ca1-997b-b9647d31d58f', 'it''s "quoted" system 2', 'it''s "quoted" number 2', 'wechat', 'd841697b-bd41-5ca1-997b-b9647d31d58f', 'it''s "quoted" topic 2', 'it''s "quoted" area 2', false, 'it''s "quoted" line 2', 'it''s "quoted" agent 2', 'it''s "quoted" department 2', 1790000060000002, 1790000060000002, 1790000060000002, false, false, 1790000060000002, 1790000060000002, 1790000060000002, false, 2, '{"a":null,"row":2,"乙":[1,2.5,"x",true]}', 2, 1790000060000002);
INSERT INTO public.tickets VALUES ('a7e88865-1770-51bf-a51a-8dddec74f86e', 'ends
\ system 3', 'ends
\ number 3', 'app', NULL, NULL, NULL, true, NULL, NULL, NULL, 1790000060000003, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 3, 1790000060000003);
INSERT INTO public.tickets VALUES ('ca6649ee-73b1-5163-ac16-3e39e0489330', '🙂 ǆ system 4', '🙂 ǆ number 4', 'letter', 'ca6649ee-73b1-5163-ac16-3e39e0489330', '🙂 ǆ topic 4', '🙂 ǆ area 4', false, '🙂 ǆ line 4', '🙂 ǆ agent 4', '🙂 ǆ department 4', 1790000060000004, 1790000060000004, 1790000060000004, false, false, 1790000060000004, 1790000060000004, 1790000060000004, false, 4, '{"a":null,"row":4,"乙":[1,2.5,"x",true]}', 4, 1790000060000004);
INSERT INTO public.tickets VALUES ('af1719c3-bd9a-5139-9912-997b1da9ac5c', ' system 5', ' number 5', 'other', 'af1719c3-bd9a-5139-9912-997b1da9ac5c', ' topic 5', ' area 5', true, ' line 5', ' agent 5', ' department 5', 1790000060000005, 1790000060000005, 1790000060000005, true, true, 1790000060000005, 1790000060000005, 1790000060000005, true, 5, '{"a":null,"row":5,"乙":[1,2.5,"x",true]}', 5, 1790000060000005);
INSERT INTO public.tickets VALUES ('6280a890-4c9a-5cd7-89de-d08b1f4ee390', '热线 system 6', '热线 number 6', 'phone', '6280a890-4c9a-5cd7-89de-d08b1f4ee390', '热线 topic 6', '热线 area 6', false, '热线 line 6', '热线 agent 6', '热线 department 6', 1790000060000006, 1790000060000006, 1790000060000006, false, false, 1790000060000006, 1790000060000006, 1790000060000006, false, 6, '{"a":null,"row":6,"乙":[1,2.5,"x",true]}', 6, 1790000060000006);
INSERT INTO public.tickets VALUES ('9b65bcac-266d-5371-a799-0b20c54e3fad', '=cmd|'' /C calc''!A0 system 7', '=cmd|'' /C calc''!A0 number 7', 'web', NULL, NULL, NULL, true, NULL, NULL, NULL, 1790000060000007, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 7, 1790000060000007);


--
-- Data for Name: tokens; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.tokens VALUES ('e0da8274-bb53-5c63-befe-7b1ed9fa01a2', '热线 name 0', '\x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f00ff', 'api', 'viewer', '{"a":null,"row":0,"乙":[1,2.5,"x",true]}', '06a45a3a-0d4b-5e74-9d81-a474f946f5f9', 1790000060000000, '热线 created_by 0', 1790000060000000, 1790000060000000, 1790000060000000, '热线 revoked_by 0');
INSERT INTO public.tokens VALUES ('1e925227-9fa5-558a-aa8e-f7c302a09a42', '=cmd|'' /C calc''!A0 name 1', '\x0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2000ff', 'session', 'supervisor', '{"a":null,"row":1,"乙":[1,2.5,"x",true]}', 'bcb3c48d-d2ad-550f-9260-8607f64a88cb', 1790000060000001, '=cmd|'' /C calc''!A0 created_by 1', 1790000060000001, 1790000060000001, 1790000060000001, '=cmd|'' /C calc''!A0 revoked_by 1');
INSERT INTO public.tokens VALUES ('7b6ad0e7-2d0a-58be-9838-8d250181bad4', 'it''s "quoted" name 2', '\x02030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202100ff', 'kiosk', 'manager', '{"a":null,"row":2,"乙":[1,2.5,"x",true]}', 'e1a29b28-0bd6-5123-9ad8-1eed9a437260', 1790000060000002, 'it''s "quoted" created_by 2', 1790000060000002, 1790000060000002, 1790000060000002, 'it''s "quoted" revoked_by 2');
INSERT INTO public.tokens VALUES ('2d17a3ad-73b9-595b-b91c-869ffd47fccd', 'ends
\ name 3', '\x030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212200ff', 'api', 'auditor', NULL, NULL, 1790000060000003, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.tokens VALUES ('007a5ccf-9cda-5d31-9d2f-04e74e337656', '🙂 ǆ name 4', '\x0405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222300ff', 'session', 'admin', '{"a":null,"row":4,"乙":[1,2.5,"x",true]}', '8f7ba8bc-8f09-5821-a91a-a55286d208c4', 1790000060000004, '🙂 ǆ created_by 4', 1790000060000004, 1790000060000004, 1790000060000004, '🙂 ǆ revoked_by 4');
INSERT INTO public.tokens VALUES ('d77942ad-050a-5c67-9057-c2b685ab83a1', ' name 5', '\x05060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232400ff', 'kiosk', 'viewer', '{"a":null,"row":5,"乙":[1,2.5,"x",true]}', 'da97e73a-d944-533a-8f47-4e25c1ab30f2', 1790000060000005, ' created_by 5', 1790000060000005, 1790000060000005, 1790000060000005, ' revoked_by 5');
INSERT INTO public.tokens VALUES ('7507fb64-eb95-5f7e-b996-19b4cb8a4511', '热线 name 6', '\x060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223242500ff', 'api', 'supervisor', '{"a":null,"row":6,"乙":[1,2.5,"x",true]}', '3fa59e5d-512e-51a0-a27e-c85605a9ff4d', 1790000060000006, '热线 created_by 6', 1790000060000006, 1790000060000006, 1790000060000006, '热线 revoked_by 6');
INSERT INTO public.tokens VALUES ('19c49349-b1b0-5fa3-a8f1-d358a072dd23', '=cmd|'' /C calc''!A0 name 7', '\x0708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222324252600ff', 'session', 'manager', NULL, NULL, 1790000060000007, NULL, NULL, NULL, NULL, NULL);


--
-- Data for Name: users; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.users VALUES ('06a45a3a-0d4b-5e74-9d81-a474f946f5f9', '热线 name 0', '热线 display_name 0', 'viewer', '{"a":null,"row":0,"乙":[1,2.5,"x",true]}', '热线 password_hash 0', '\x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f00ff', 1790000060000000, '热线 created_by 0', 1790000060000000, 1790000060000000, 0, 0, 1790000060000000);
INSERT INTO public.users VALUES ('bcb3c48d-d2ad-550f-9260-8607f64a88cb', '=cmd|'' /C calc''!A0 name 1', '=cmd|'' /C calc''!A0 display_name 1', 'supervisor', '{"a":null,"row":1,"乙":[1,2.5,"x",true]}', '=cmd|'' /C calc''!A0 password_hash 1', '\x0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2000ff', 1790000060000001, '=cmd|'' /C calc''!A0 created_by 1', 1790000060000001, 1790000060000001, 9223372036854775807, 9223372036854775807, 1790000060000001);
INSERT INTO public.users VALUES ('e1a29b28-0bd6-5123-9ad8-1eed9a437260', 'it''s "quoted" name 2', 'it''s "quoted" display_name 2', 'manager', '{"a":null,"row":2,"乙":[1,2.5,"x",true]}', 'it''s "quoted" password_hash 2', '\x02030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202100ff', 1790000060000002, 'it''s "quoted" created_by 2', 1790000060000002, 1790000060000002, 2, 2, 1790000060000002);
INSERT INTO public.users VALUES ('8eb4a791-dbcd-5265-a7fc-98d84d23f384', 'ends
\ name 3', NULL, 'auditor', NULL, NULL, NULL, 1790000060000003, NULL, NULL, NULL, 3, NULL, NULL);
INSERT INTO public.users VALUES ('8f7ba8bc-8f09-5821-a91a-a55286d208c4', '🙂 ǆ name 4', '🙂 ǆ display_name 4', 'admin', '{"a":null,"row":4,"乙":[1,2.5,"x",true]}', '🙂 ǆ password_hash 4', '\x0405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222300ff', 1790000060000004, '🙂 ǆ created_by 4', 1790000060000004, 1790000060000004, 4, 4, 1790000060000004);
INSERT INTO public.users VALUES ('da97e73a-d944-533a-8f47-4e25c1ab30f2', ' name 5', ' display_name 5', 'viewer', '{"a":null,"row":5,"乙":[1,2.5,"x",true]}', ' password_hash 5', '\x05060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232400ff', 1790000060000005, ' created_by 5', 1790000060000005, 1790000060000005, 5, 5, 1790000060000005);
INSERT INTO public.users VALUES ('3fa59e5d-512e-51a0-a27e-c85605a9ff4d', '热线 name 6', '热线 display_name 6', 'supervisor', '{"a":null,"row":6,"乙":[1,2.5,"x",true]}', '热线 password_hash 6', '\x060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223242500ff', 1790000060000006, '热线 created_by 6', 1790000060000006, 1790000060000006, 6, 6, 1790000060000006);
INSERT INTO public.users VALUES ('71c65fa0-5c64-5bd4-983e-b4f700cca7f9', '=cmd|'' /C calc''!A0 name 7', NULL, 'manager', NULL, NULL, NULL, 1790000060000007, NULL, NULL, NULL, 7, NULL, NULL);


--
-- Data for Name: visits; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.visits VALUES ('59bdc6d1-ffe5-5147-9062-e18237882577', '59bdc6d1-ffe5-5147-9062-e18237882577', '热线 pbx 0', '热线 callid 0', '热线 entered_as 0', '热线 pbx_queue 0', '热线 queue 0', '热线 line 0', '热线 agent 0', '热线 seat 0', 0, 1790000060000000, 1790000060000000, 1790000060000000, 1790000060000000, 1790000060000000, 1790000060000000, 'answered', '热线 reason 0', 'caller', 0, 0, 0, 0, 0, '热线 wrap_up_by 0', 0, '热线 definition 0', false, false, '{"a":null,"row":0,"乙":[1,2.5,"x",true]}', '{"a":null,"row":0,"乙":[1,2.5,"x",true]}', 'us', 'live', 0, '热线 gateway 0', 1790000060000000);
INSERT INTO public.visits VALUES ('f02f0932-2a46-5ec8-bc48-5d3c3652bdf0', 'f02f0932-2a46-5ec8-bc48-5d3c3652bdf0', '=cmd|'' /C calc''!A0 pbx 1', '=cmd|'' /C calc''!A0 callid 1', '=cmd|'' /C calc''!A0 entered_as 1', '=cmd|'' /C calc''!A0 pbx_queue 1', '=cmd|'' /C calc''!A0 queue 1', '=cmd|'' /C calc''!A0 line 1', '=cmd|'' /C calc''!A0 agent 1', '=cmd|'' /C calc''!A0 seat 1', 9223372036854775807, 1790000060000001, 1790000060000001, 1790000060000001, 1790000060000001, 1790000060000001, 1790000060000001, 'abandoned', '=cmd|'' /C calc''!A0 reason 1', 'agent', 9223372036854775807, 9223372036854775807, 9223372036854775807, 9223372036854775807, 9223372036854775807, '=cmd|'' /C calc''!A0 wrap_up_by 1', 9223372036854775807, '=cmd|'' /C calc''!A0 definition 1', true, true, '{"a":null,"row":1,"乙":[1,2.5,"x",true]}', '{"a":null,"row":1,"乙":[1,2.5,"x",true]}', 's', 'log', 9223372036854775807, '=cmd|'' /C calc''!A0 gateway 1', 1790000060000001);
INSERT INTO public.visits VALUES ('a36edea9-8c2c-59d8-a4dc-40d03aaee9d3', 'a36edea9-8c2c-59d8-a4dc-40d03aaee9d3', 'it''s "quoted" pbx 2', 'it''s "quoted" callid 2', 'it''s "quoted" entered_as 2', 'it''s "quoted" pbx_queue 2', 'it''s "quoted" queue 2', 'it''s "quoted" line 2', 'it''s "quoted" agent 2', 'it''s "quoted" seat 2', 2, 1790000060000002, 1790000060000002, 1790000060000002, 1790000060000002, 1790000060000002, 1790000060000002, 'short_abandoned', 'it''s "quoted" reason 2', 'blind_transfer', 2, 2, 2, 2, 2, 'it''s "quoted" wrap_up_by 2', 2, 'it''s "quoted" definition 2', false, false, '{"a":null,"row":2,"乙":[1,2.5,"x",true]}', '{"a":null,"row":2,"乙":[1,2.5,"x",true]}', 'us', 'both', 2, 'it''s "quoted" gateway 2', 1790000060000002);
INSERT INTO public.visits VALUES ('a0bea99c-024f-5b54-8588-a1edd9488cb5', 'a0bea99c-024f-5b54-8588-a1edd9488cb5', 'ends
\ pbx 3', 'ends
\ callid 3', NULL, 'ends
\ pbx_queue 3', 'ends
\ queue 3', NULL, NULL, NULL, NULL, 1790000060000003, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, true, NULL, NULL, 's', 'live', 3, 'ends
\ gateway 3', 1790000060000003);
INSERT INTO public.visits VALUES ('15018ea6-3f32-5c0d-b017-c7f3c6594d3f', '15018ea6-3f32-5c0d-b017-c7f3c6594d3f', '🙂 ǆ pbx 4', '🙂 ǆ callid 4', '🙂 ǆ entered_as 4', '🙂 ǆ pbx_queue 4', '🙂 ǆ queue 4', '🙂 ǆ line 4', '🙂 ǆ agent 4', '🙂 ǆ seat 4', 4, 1790000060000004, 1790000060000004, 1790000060000004, 1790000060000004, 1790000060000004, 1790000060000004, 'left_empty', '🙂 ǆ reason 4', 'caller', 4, 4, 4, 4, 4, '🙂 ǆ wrap_up_by 4', 4, '🙂 ǆ definition 4', false, false, '{"a":null,"row":4,"乙":[1,2.5,"x",true]}', '{"a":null,"row":4,"乙":[1,2.5,"x",true]}', 'us', 'log', 4, '🙂 ǆ gateway 4', 1790000060000004);
INSERT INTO public.visits VALUES ('de10b07c-f477-58da-b8df-fdf1b082905a', 'de10b07c-f477-58da-b8df-fdf1b082905a', ' pbx 5', ' callid 5', ' entered_as 5', ' pbx_queue 5', ' queue 5', ' line 5', ' agent 5', ' seat 5', 5, 1790000060000005, 1790000060000005, 1790000060000005, 1790000060000005, 1790000060000005, 1790000060000005, 'key', ' reason 5', 'agent', 5, 5, 5, 5, 5, ' wrap_up_by 5', 5, ' definition 5', true, true, '{"a":null,"row":5,"乙":[1,2.5,"x",true]}', '{"a":null,"row":5,"乙":[1,2.5,"x",true]}', 's', 'both', 5, ' gateway 5', 1790000060000005);
INSERT INTO public.visits VALUES ('767c71b7-4269-5874-bb53-5b63278bdfa5', '767c71b7-4269-5874-bb53-5b63278bdfa5', '热线 pbx 6', '热线 callid 6', '热线 entered_as 6', '热线 pbx_queue 6', '热线 queue 6', '热线 line 6', '热线 agent 6', '热线 seat 6', 6, 1790000060000006, 1790000060000006, 1790000060000006, 1790000060000006, 1790000060000006, 1790000060000006, 'withdrawn', '热线 reason 6', 'blind_transfer', 6, 6, 6, 6, 6, '热线 wrap_up_by 6', 6, '热线 definition 6', false, false, '{"a":null,"row":6,"乙":[1,2.5,"x",true]}', '{"a":null,"row":6,"乙":[1,2.5,"x",true]}', 'us', 'live', 6, '热线 gateway 6', 1790000060000006);
INSERT INTO public.visits VALUES ('eb86c07f-191a-5124-86df-778bd15db8a0', 'eb86c07f-191a-5124-86df-778bd15db8a0', '=cmd|'' /C calc''!A0 pbx 7', '=cmd|'' /C calc''!A0 callid 7', NULL, '=cmd|'' /C calc''!A0 pbx_queue 7', '=cmd|'' /C calc''!A0 queue 7', NULL, NULL, NULL, NULL, 1790000060000007, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, true, NULL, NULL, 's', 'log', 7, '=cmd|'' /C calc''!A0 gateway 7', 1790000060000007);


--
-- Name: alembic_version alembic_version_pkc; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);


--
-- Name: agent_spells pk_agent_spells; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agent_spells
    ADD CONSTRAINT pk_agent_spells PRIMARY KEY (id);


--
-- Name: audit_log pk_audit_log; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT pk_audit_log PRIMARY KEY (gateway, number);


--
-- Name: callbacks pk_callbacks; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.callbacks
    ADD CONSTRAINT pk_callbacks PRIMARY KEY (id);


--
-- Name: calls pk_calls; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.calls
    ADD CONSTRAINT pk_calls PRIMARY KEY (id);


--
-- Name: checkpoints pk_checkpoints; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.checkpoints
    ADD CONSTRAINT pk_checkpoints PRIMARY KEY (gateway, pbx);


--
-- Name: deliveries pk_deliveries; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT pk_deliveries PRIMARY KEY (id);


--
-- Name: escalation_steps pk_escalation_steps; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.escalation_steps
    ADD CONSTRAINT pk_escalation_steps PRIMARY KEY (escalation, number);


--
-- Name: escalations pk_escalations; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.escalations
    ADD CONSTRAINT pk_escalations PRIMARY KEY (id);


--
-- Name: exclusions pk_exclusions; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.exclusions
    ADD CONSTRAINT pk_exclusions PRIMARY KEY (id);


--
-- Name: gaps pk_gaps; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.gaps
    ADD CONSTRAINT pk_gaps PRIMARY KEY (id);


--
-- Name: lease pk_lease; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.lease
    ADD CONSTRAINT pk_lease PRIMARY KEY (name);


--
-- Name: log_positions pk_log_positions; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.log_positions
    ADD CONSTRAINT pk_log_positions PRIMARY KEY (gateway, pbx, source);


--
-- Name: offers pk_offers; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.offers
    ADD CONSTRAINT pk_offers PRIMARY KEY (id);


--
-- Name: rollups pk_rollups; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rollups
    ADD CONSTRAINT pk_rollups PRIMARY KEY (starts_at, width_us, queue, line, agent, promise_us);


--
-- Name: scorecards pk_scorecards; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.scorecards
    ADD CONSTRAINT pk_scorecards PRIMARY KEY (id);


--
-- Name: silences pk_silences; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.silences
    ADD CONSTRAINT pk_silences PRIMARY KEY (id);


--
-- Name: surveys pk_surveys; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.surveys
    ADD CONSTRAINT pk_surveys PRIMARY KEY (id);


--
-- Name: tickets pk_tickets; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tickets
    ADD CONSTRAINT pk_tickets PRIMARY KEY (id);


--
-- Name: tokens pk_tokens; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT pk_tokens PRIMARY KEY (id);


--
-- Name: users pk_users; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT pk_users PRIMARY KEY (id);


--
-- Name: visits pk_visits; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.visits
    ADD CONSTRAINT pk_visits PRIMARY KEY (id);


--
-- Name: calls uq_calls_pbx_callid; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.calls
    ADD CONSTRAINT uq_calls_pbx_callid UNIQUE (pbx, callid);


--
-- Name: scorecards uq_scorecards_period_starts_at_ends_at_revision; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.scorecards
    ADD CONSTRAINT uq_scorecards_period_starts_at_ends_at_revision UNIQUE (period, starts_at, ends_at, revision);


--
-- Name: tickets uq_tickets_system_number; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tickets
    ADD CONSTRAINT uq_tickets_system_number UNIQUE (system, number);


--
-- Name: tokens uq_tokens_hash; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT uq_tokens_hash UNIQUE (hash);


--
-- Name: users uq_users_name; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT uq_users_name UNIQUE (name);


--
-- Name: ix_agent_spells_agent_started_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_agent_spells_agent_started_at ON public.agent_spells USING btree (agent, started_at);


--
-- Name: ix_agent_spells_started_at_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_agent_spells_started_at_id ON public.agent_spells USING btree (started_at, id);


--
-- Name: ix_agent_spells_visit; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_agent_spells_visit ON public.agent_spells USING btree (visit);


--
-- Name: ix_audit_log_actor_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_audit_log_actor_at ON public.audit_log USING btree (actor, at);


--
-- Name: ix_audit_log_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_audit_log_at ON public.audit_log USING btree (at);


--
-- Name: ix_audit_log_object_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_audit_log_object_at ON public.audit_log USING btree (object, at);


--
-- Name: ix_callbacks_first_call; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_callbacks_first_call ON public.callbacks USING btree (first_call);


--
-- Name: ix_callbacks_last_call; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_callbacks_last_call ON public.callbacks USING btree (last_call);


--
-- Name: ix_callbacks_opened_at_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_callbacks_opened_at_id ON public.callbacks USING btree (opened_at, id);


--
-- Name: ix_callbacks_state_opened_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_callbacks_state_opened_at ON public.callbacks USING btree (state, opened_at);


--
-- Name: ix_calls_caller_hash_answered_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_calls_caller_hash_answered_at ON public.calls USING btree (caller_hash, answered_at);


--
-- Name: ix_calls_caller_hash_listed_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_calls_caller_hash_listed_at ON public.calls USING btree (caller_hash, listed_at);


--
-- Name: ix_calls_callid; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_calls_callid ON public.calls USING btree (callid);


--
-- Name: ix_calls_line_listed_at_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_calls_line_listed_at_id ON public.calls USING btree (line, listed_at, id);


--
-- Name: ix_calls_listed_at_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_calls_listed_at_id ON public.calls USING btree (listed_at, id);


--
-- Name: ix_calls_unanswered; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_calls_unanswered ON public.calls USING btree (listed_at, id) WHERE (answered_at IS NULL);


--
-- Name: ix_deliveries_created_at_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_deliveries_created_at_id ON public.deliveries USING btree (created_at, id);


--
-- Name: ix_deliveries_escalation; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_deliveries_escalation ON public.deliveries USING btree (escalation);


--
-- Name: ix_deliveries_receiver_created_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_deliveries_receiver_created_at ON public.deliveries USING btree (receiver, created_at);


--
-- Name: ix_deliveries_state_due_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_deliveries_state_due_at ON public.deliveries USING btree (state, due_at);


--
-- Name: ix_escalation_steps_due_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_escalation_steps_due_at ON public.escalation_steps USING btree (due_at);


--
-- Name: ix_escalations_fired_at_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_escalations_fired_at_id ON public.escalations USING btree (fired_at, id);


--
-- Name: ix_escalations_rule_subject; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_escalations_rule_subject ON public.escalations USING btree (rule, subject);


--
-- Name: ix_escalations_state; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_escalations_state ON public.escalations USING btree (state);


--
-- Name: ix_exclusions_call; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_exclusions_call ON public.exclusions USING btree (call);


--
-- Name: ix_exclusions_starts_at_ends_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_exclusions_starts_at_ends_at ON public.exclusions USING btree (starts_at, ends_at);


--
-- Name: ix_gaps_pbx_started_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_gaps_pbx_started_at ON public.gaps USING btree (pbx, started_at);


--
-- Name: ix_gaps_started_at_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_gaps_started_at_id ON public.gaps USING btree (started_at, id);


--
-- Name: ix_offers_agent_made_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_offers_agent_made_at ON public.offers USING btree (agent, made_at);


--
-- Name: ix_offers_made_at_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_offers_made_at_id ON public.offers USING btree (made_at, id);


--
-- Name: ix_offers_pbx_callid; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_offers_pbx_callid ON public.offers USING btree (pbx, callid);


--
-- Name: ix_offers_visit; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_offers_visit ON public.offers USING btree (visit);


--
-- Name: ix_rollups_agent_starts_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_rollups_agent_starts_at ON public.rollups USING btree (agent, starts_at);


--
-- Name: ix_rollups_line_starts_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_rollups_line_starts_at ON public.rollups USING btree (line, starts_at);


--
-- Name: ix_rollups_queue_starts_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_rollups_queue_starts_at ON public.rollups USING btree (queue, starts_at);


--
-- Name: ix_silences_ends_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_silences_ends_at ON public.silences USING btree (ends_at);


--
-- Name: ix_surveys_agent_ended_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_surveys_agent_ended_at ON public.surveys USING btree (agent, ended_at);


--
-- Name: ix_surveys_ended_at_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_surveys_ended_at_id ON public.surveys USING btree (ended_at, id);


--
-- Name: ix_surveys_pbx_callid; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_surveys_pbx_callid ON public.surveys USING btree (pbx, callid);


--
-- Name: ix_tickets_call; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_tickets_call ON public.tickets USING btree (call);


--
-- Name: ix_tickets_created_at_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_tickets_created_at_id ON public.tickets USING btree (created_at, id);


--
-- Name: ix_tickets_topic_created_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_tickets_topic_created_at ON public.tickets USING btree (topic, created_at);


--
-- Name: ix_tokens_user; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_tokens_user ON public.tokens USING btree ("user");


--
-- Name: ix_visits_agent_listed_at_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_visits_agent_listed_at_id ON public.visits USING btree (agent, listed_at, id);


--
-- Name: ix_visits_callid; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_visits_callid ON public.visits USING btree (callid);


--
-- Name: ix_visits_line_listed_at_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_visits_line_listed_at_id ON public.visits USING btree (line, listed_at, id);


--
-- Name: ix_visits_listed_at_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_visits_listed_at_id ON public.visits USING btree (listed_at, id);


--
-- Name: ix_visits_outcome_listed_at_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_visits_outcome_listed_at_id ON public.visits USING btree (outcome, listed_at, id);


--
-- Name: ix_visits_pbx_callid_pbx_queue; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_visits_pbx_callid_pbx_queue ON public.visits USING btree (pbx, callid, pbx_queue);


--
-- Name: ix_visits_pbx_entered_as; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_visits_pbx_entered_as ON public.visits USING btree (pbx, entered_as);


--
-- Name: ix_visits_queue_listed_at_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_visits_queue_listed_at_id ON public.visits USING btree (queue, listed_at, id);


--
-- Name: audit_log audit_log_is_kept; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER audit_log_is_kept BEFORE TRUNCATE ON public.audit_log FOR EACH STATEMENT EXECUTE FUNCTION public.audit_log_guard();


--
-- Name: audit_log audit_log_stays; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER audit_log_stays BEFORE DELETE OR UPDATE ON public.audit_log FOR EACH ROW EXECUTE FUNCTION public.audit_log_guard();


--
-- Name: escalation_steps fk_escalation_steps_escalation; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.escalation_steps
    ADD CONSTRAINT fk_escalation_steps_escalation FOREIGN KEY (escalation) REFERENCES public.escalations(id) ON DELETE CASCADE;


--
-- Name: tokens fk_tokens_user; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT fk_tokens_user FOREIGN KEY ("user") REFERENCES public.users(id) ON DELETE CASCADE;


--
-- PostgreSQL database dump complete
--
