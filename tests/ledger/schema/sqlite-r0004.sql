BEGIN TRANSACTION;
CREATE TABLE agent_spells (
	id TEXT NOT NULL, 
	pbx TEXT NOT NULL, 
	agent TEXT NOT NULL, 
	state TEXT NOT NULL, 
	detail TEXT, 
	seat TEXT, 
	queue TEXT, 
	visit TEXT, 
	started_at INTEGER NOT NULL, 
	ended_at INTEGER, 
	start_is_bound INTEGER DEFAULT 0 NOT NULL, 
	precision TEXT NOT NULL, 
	source TEXT NOT NULL, 
	revision INTEGER DEFAULT 0 NOT NULL, 
	gateway TEXT NOT NULL, 
	written_at INTEGER NOT NULL, 
	CONSTRAINT pk_agent_spells PRIMARY KEY (id), 
	CONSTRAINT ck_agent_spells_precision CHECK (precision IN ('us', 's')), 
	CONSTRAINT ck_agent_spells_source CHECK (source IN ('live', 'log', 'both')), 
	CONSTRAINT ck_agent_spells_state CHECK (state IN ('offline', 'available', 'ringing', 'talking', 'held', 'wrap_up', 'paused', 'other_call', 'unreachable'))
)
 STRICT

;
INSERT INTO "agent_spells" VALUES('d70c584a-f2ae-5d80-b291-408a008125db','热线 pbx 0','热线 agent 0','offline','热线 detail 0','热线 seat 0','热线 queue 0','d70c584a-f2ae-5d80-b291-408a008125db',1790000060000000,1790000060000000,0,'us','live',0,'热线 gateway 0',1790000060000000);
INSERT INTO "agent_spells" VALUES('53db2c42-e461-5002-8c64-8f767e113f93','=cmd|'' /C calc''!A0 pbx 1','=cmd|'' /C calc''!A0 agent 1','available','=cmd|'' /C calc''!A0 detail 1','=cmd|'' /C calc''!A0 seat 1','=cmd|'' /C calc''!A0 queue 1','53db2c42-e461-5002-8c64-8f767e113f93',1790000060000001,1790000060000001,1,'s','log',9223372036854775807,'=cmd|'' /C calc''!A0 gateway 1',1790000060000001);
INSERT INTO "agent_spells" VALUES('a4dfd8e4-2ca1-5a32-aab3-1dc45463bf3a','it''s "quoted" pbx 2','it''s "quoted" agent 2','ringing','it''s "quoted" detail 2','it''s "quoted" seat 2','it''s "quoted" queue 2','a4dfd8e4-2ca1-5a32-aab3-1dc45463bf3a',1790000060000002,1790000060000002,0,'us','both',2,'it''s "quoted" gateway 2',1790000060000002);
INSERT INTO "agent_spells" VALUES('9f057439-ced6-5a2d-a9f9-ab278249472b','ends
\ pbx 3','ends
\ agent 3','talking',NULL,NULL,NULL,NULL,1790000060000003,NULL,1,'s','live',3,'ends
\ gateway 3',1790000060000003);
INSERT INTO "agent_spells" VALUES('1c1056e2-a7d6-56d0-bd91-f82206058a75','🙂 ǆ pbx 4','🙂 ǆ agent 4','held','🙂 ǆ detail 4','🙂 ǆ seat 4','🙂 ǆ queue 4','1c1056e2-a7d6-56d0-bd91-f82206058a75',1790000060000004,1790000060000004,0,'us','log',4,'🙂 ǆ gateway 4',1790000060000004);
INSERT INTO "agent_spells" VALUES('44c23459-9b89-5f6f-9c80-9777bb0d20df',' pbx 5',' agent 5','wrap_up',' detail 5',' seat 5',' queue 5','44c23459-9b89-5f6f-9c80-9777bb0d20df',1790000060000005,1790000060000005,1,'s','both',5,' gateway 5',1790000060000005);
INSERT INTO "agent_spells" VALUES('39c679ee-bbc7-542d-a0d9-e79d9ce45f5f','热线 pbx 6','热线 agent 6','paused','热线 detail 6','热线 seat 6','热线 queue 6','39c679ee-bbc7-542d-a0d9-e79d9ce45f5f',1790000060000006,1790000060000006,0,'us','live',6,'热线 gateway 6',1790000060000006);
INSERT INTO "agent_spells" VALUES('a6118f38-a842-58fb-bc6d-fdb50fb62f0e','=cmd|'' /C calc''!A0 pbx 7','=cmd|'' /C calc''!A0 agent 7','other_call',NULL,NULL,NULL,NULL,1790000060000007,NULL,1,'s','log',7,'=cmd|'' /C calc''!A0 gateway 7',1790000060000007);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0004');
CREATE TABLE audit_log (
	gateway TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	at INTEGER NOT NULL, 
	actor TEXT NOT NULL, 
	role TEXT, 
	address TEXT, 
	action TEXT NOT NULL, 
	object TEXT, 
	result TEXT NOT NULL, 
	reason TEXT, 
	body TEXT NOT NULL, 
	previous_hash BLOB NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_audit_log PRIMARY KEY (gateway, number)
)
 STRICT

;
INSERT INTO "audit_log" VALUES('热线 gateway 0',0,0,'热线 actor 0','热线 role 0','热线 address 0','热线 action 0','热线 object 0','热线 result 0','热线 reason 0','热线 body 0',X'000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F00FF',X'000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F00FF');
INSERT INTO "audit_log" VALUES('=cmd|'' /C calc''!A0 gateway 1',9223372036854775807,9223372036854775807,'=cmd|'' /C calc''!A0 actor 1','=cmd|'' /C calc''!A0 role 1','=cmd|'' /C calc''!A0 address 1','=cmd|'' /C calc''!A0 action 1','=cmd|'' /C calc''!A0 object 1','=cmd|'' /C calc''!A0 result 1','=cmd|'' /C calc''!A0 reason 1','=cmd|'' /C calc''!A0 body 1',X'0102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F2000FF',X'0102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F2000FF');
INSERT INTO "audit_log" VALUES('it''s "quoted" gateway 2',2,2,'it''s "quoted" actor 2','it''s "quoted" role 2','it''s "quoted" address 2','it''s "quoted" action 2','it''s "quoted" object 2','it''s "quoted" result 2','it''s "quoted" reason 2','it''s "quoted" body 2',X'02030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202100FF',X'02030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202100FF');
INSERT INTO "audit_log" VALUES('ends
\ gateway 3',3,3,'ends
\ actor 3',NULL,NULL,'ends
\ action 3',NULL,'ends
\ result 3',NULL,'ends
\ body 3',X'030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F20212200FF',X'030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F20212200FF');
INSERT INTO "audit_log" VALUES('🙂 ǆ gateway 4',4,4,'🙂 ǆ actor 4','🙂 ǆ role 4','🙂 ǆ address 4','🙂 ǆ action 4','🙂 ǆ object 4','🙂 ǆ result 4','🙂 ǆ reason 4','🙂 ǆ body 4',X'0405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F2021222300FF',X'0405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F2021222300FF');
INSERT INTO "audit_log" VALUES(' gateway 5',5,5,' actor 5',' role 5',' address 5',' action 5',' object 5',' result 5',' reason 5',' body 5',X'05060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202122232400FF',X'05060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202122232400FF');
INSERT INTO "audit_log" VALUES('热线 gateway 6',6,6,'热线 actor 6','热线 role 6','热线 address 6','热线 action 6','热线 object 6','热线 result 6','热线 reason 6','热线 body 6',X'060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F20212223242500FF',X'060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F20212223242500FF');
INSERT INTO "audit_log" VALUES('=cmd|'' /C calc''!A0 gateway 7',7,7,'=cmd|'' /C calc''!A0 actor 7',NULL,NULL,'=cmd|'' /C calc''!A0 action 7',NULL,'=cmd|'' /C calc''!A0 result 7',NULL,'=cmd|'' /C calc''!A0 body 7',X'0708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F2021222324252600FF',X'0708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F2021222324252600FF');
CREATE TABLE callbacks (
	id TEXT NOT NULL, 
	first_call TEXT NOT NULL, 
	last_call TEXT NOT NULL, 
	lost_calls INTEGER DEFAULT 1 NOT NULL, 
	queue TEXT, 
	line TEXT, 
	was_asked_for INTEGER DEFAULT 0 NOT NULL, 
	opened_at INTEGER NOT NULL, 
	due_at INTEGER, 
	state TEXT NOT NULL, 
	claimed_by TEXT, 
	claimed_at INTEGER, 
	claimed_until INTEGER, 
	attempts TEXT, 
	closed_at INTEGER, 
	closing_call TEXT, 
	reason TEXT, 
	revision INTEGER DEFAULT 0 NOT NULL, 
	written_at INTEGER NOT NULL, 
	CONSTRAINT pk_callbacks PRIMARY KEY (id), 
	CONSTRAINT ck_callbacks_state CHECK (state IN ('open', 'claimed', 'reached', 'called_again', 'given_up'))
)
 STRICT

;
INSERT INTO "callbacks" VALUES('3487d998-70ce-5c4f-8835-9349569eed70','3487d998-70ce-5c4f-8835-9349569eed70','3487d998-70ce-5c4f-8835-9349569eed70',0,'热线 queue 0','热线 line 0',0,1790000060000000,1790000060000000,'open','热线 claimed_by 0',1790000060000000,0,'{"a":null,"row":0,"乙":[1,2.5,"x",true]}',1790000060000000,'3487d998-70ce-5c4f-8835-9349569eed70','热线 reason 0',0,1790000060000000);
INSERT INTO "callbacks" VALUES('68a486f9-cd9e-5c35-b3ee-0118ee952461','68a486f9-cd9e-5c35-b3ee-0118ee952461','68a486f9-cd9e-5c35-b3ee-0118ee952461',9223372036854775807,'=cmd|'' /C calc''!A0 queue 1','=cmd|'' /C calc''!A0 line 1',1,1790000060000001,1790000060000001,'claimed','=cmd|'' /C calc''!A0 claimed_by 1',1790000060000001,9223372036854775807,'{"a":null,"row":1,"乙":[1,2.5,"x",true]}',1790000060000001,'68a486f9-cd9e-5c35-b3ee-0118ee952461','=cmd|'' /C calc''!A0 reason 1',9223372036854775807,1790000060000001);
INSERT INTO "callbacks" VALUES('47626690-462c-51db-8bef-0759b37653ef','47626690-462c-51db-8bef-0759b37653ef','47626690-462c-51db-8bef-0759b37653ef',2,'it''s "quoted" queue 2','it''s "quoted" line 2',0,1790000060000002,1790000060000002,'reached','it''s "quoted" claimed_by 2',1790000060000002,2,'{"a":null,"row":2,"乙":[1,2.5,"x",true]}',1790000060000002,'47626690-462c-51db-8bef-0759b37653ef','it''s "quoted" reason 2',2,1790000060000002);
INSERT INTO "callbacks" VALUES('c39c6947-055c-50fd-838b-d4ee54a2cefe','c39c6947-055c-50fd-838b-d4ee54a2cefe','c39c6947-055c-50fd-838b-d4ee54a2cefe',3,NULL,NULL,1,1790000060000003,NULL,'called_again',NULL,NULL,NULL,NULL,NULL,NULL,NULL,3,1790000060000003);
INSERT INTO "callbacks" VALUES('83290da8-e989-5af8-857d-d6b37a97f9f2','83290da8-e989-5af8-857d-d6b37a97f9f2','83290da8-e989-5af8-857d-d6b37a97f9f2',4,'🙂 ǆ queue 4','🙂 ǆ line 4',0,1790000060000004,1790000060000004,'given_up','🙂 ǆ claimed_by 4',1790000060000004,4,'{"a":null,"row":4,"乙":[1,2.5,"x",true]}',1790000060000004,'83290da8-e989-5af8-857d-d6b37a97f9f2','🙂 ǆ reason 4',4,1790000060000004);
INSERT INTO "callbacks" VALUES('a2132f88-4b4d-51ee-a272-00a10fb66fab','a2132f88-4b4d-51ee-a272-00a10fb66fab','a2132f88-4b4d-51ee-a272-00a10fb66fab',5,' queue 5',' line 5',1,1790000060000005,1790000060000005,'open',' claimed_by 5',1790000060000005,5,'{"a":null,"row":5,"乙":[1,2.5,"x",true]}',1790000060000005,'a2132f88-4b4d-51ee-a272-00a10fb66fab',' reason 5',5,1790000060000005);
INSERT INTO "callbacks" VALUES('cfced521-028f-5be3-987b-b9c312fcaa76','cfced521-028f-5be3-987b-b9c312fcaa76','cfced521-028f-5be3-987b-b9c312fcaa76',6,'热线 queue 6','热线 line 6',0,1790000060000006,1790000060000006,'claimed','热线 claimed_by 6',1790000060000006,6,'{"a":null,"row":6,"乙":[1,2.5,"x",true]}',1790000060000006,'cfced521-028f-5be3-987b-b9c312fcaa76','热线 reason 6',6,1790000060000006);
INSERT INTO "callbacks" VALUES('61c9f71f-16c8-5138-ad13-0e107ffe5028','61c9f71f-16c8-5138-ad13-0e107ffe5028','61c9f71f-16c8-5138-ad13-0e107ffe5028',7,NULL,NULL,1,1790000060000007,NULL,'reached',NULL,NULL,NULL,NULL,NULL,NULL,NULL,7,1790000060000007);
CREATE TABLE calls (
	id TEXT NOT NULL, 
	pbx TEXT NOT NULL, 
	callid TEXT NOT NULL, 
	linkedid TEXT, 
	direction TEXT, 
	line TEXT, 
	did TEXT, 
	caller_sealed BLOB, 
	caller_hash BLOB, 
	caller_key TEXT, 
	caller_erased_at INTEGER, 
	confidential INTEGER DEFAULT 0 NOT NULL, 
	is_test INTEGER DEFAULT 0 NOT NULL, 
	asked_back INTEGER DEFAULT 0 NOT NULL, 
	listed_at INTEGER NOT NULL, 
	arrived_at INTEGER, 
	answered_at INTEGER, 
	ended_at INTEGER, 
	cause INTEGER, 
	live TEXT, 
	log TEXT, 
	precision TEXT NOT NULL, 
	source TEXT NOT NULL, 
	revision INTEGER DEFAULT 0 NOT NULL, 
	gateway TEXT NOT NULL, 
	written_at INTEGER NOT NULL, 
	CONSTRAINT pk_calls PRIMARY KEY (id), 
	CONSTRAINT uq_calls_pbx_callid UNIQUE (pbx, callid), 
	CONSTRAINT ck_calls_direction CHECK (direction IN ('inbound', 'outbound', 'internal')), 
	CONSTRAINT ck_calls_precision CHECK (precision IN ('us', 's')), 
	CONSTRAINT ck_calls_source CHECK (source IN ('live', 'log', 'both'))
)
 STRICT

;
INSERT INTO "calls" VALUES('b20b2e2c-86ef-5b7d-a907-c11f487ecbc0','热线 pbx 0','热线 callid 0','热线 linkedid 0','inbound','热线 line 0','热线 did 0',X'000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F00FF',X'000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F00FF','热线 caller_key 0',1790000060000000,0,0,0,1790000060000000,1790000060000000,1790000060000000,1790000060000000,0,'{"a":null,"row":0,"乙":[1,2.5,"x",true]}','{"a":null,"row":0,"乙":[1,2.5,"x",true]}','us','live',0,'热线 gateway 0',1790000060000000);
INSERT INTO "calls" VALUES('10788826-cc32-53b7-8d6d-29418e347c2c','=cmd|'' /C calc''!A0 pbx 1','=cmd|'' /C calc''!A0 callid 1','=cmd|'' /C calc''!A0 linkedid 1','outbound','=cmd|'' /C calc''!A0 line 1','=cmd|'' /C calc''!A0 did 1',X'0102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F2000FF',X'0102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F2000FF','=cmd|'' /C calc''!A0 caller_key 1',1790000060000001,1,1,1,1790000060000001,1790000060000001,1790000060000001,1790000060000001,9223372036854775807,'{"a":null,"row":1,"乙":[1,2.5,"x",true]}','{"a":null,"row":1,"乙":[1,2.5,"x",true]}','s','log',9223372036854775807,'=cmd|'' /C calc''!A0 gateway 1',1790000060000001);
INSERT INTO "calls" VALUES('c3983bbf-3f57-549a-b850-7ffb9cdefa79','it''s "quoted" pbx 2','it''s "quoted" callid 2','it''s "quoted" linkedid 2','internal','it''s "quoted" line 2','it''s "quoted" did 2',X'02030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202100FF',X'02030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202100FF','it''s "quoted" caller_key 2',1790000060000002,0,0,0,1790000060000002,1790000060000002,1790000060000002,1790000060000002,2,'{"a":null,"row":2,"乙":[1,2.5,"x",true]}','{"a":null,"row":2,"乙":[1,2.5,"x",true]}','us','both',2,'it''s "quoted" gateway 2',1790000060000002);
INSERT INTO "calls" VALUES('dec1d1fc-4acc-5a8d-a4cc-01783818bdab','ends
\ pbx 3','ends
\ callid 3',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,1,1,1790000060000003,NULL,NULL,NULL,NULL,NULL,NULL,'s','live',3,'ends
\ gateway 3',1790000060000003);
INSERT INTO "calls" VALUES('6e5d1ad1-11a9-5928-95cc-2a0bef65243d','🙂 ǆ pbx 4','🙂 ǆ callid 4','🙂 ǆ linkedid 4','outbound','🙂 ǆ line 4','🙂 ǆ did 4',X'0405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F2021222300FF',X'0405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F2021222300FF','🙂 ǆ caller_key 4',1790000060000004,0,0,0,1790000060000004,1790000060000004,1790000060000004,1790000060000004,4,'{"a":null,"row":4,"乙":[1,2.5,"x",true]}','{"a":null,"row":4,"乙":[1,2.5,"x",true]}','us','log',4,'🙂 ǆ gateway 4',1790000060000004);
INSERT INTO "calls" VALUES('097e9dc5-f5e5-5366-a06c-11886dbc49d4',' pbx 5',' callid 5',' linkedid 5','internal',' line 5',' did 5',X'05060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202122232400FF',X'05060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202122232400FF',' caller_key 5',1790000060000005,1,1,1,1790000060000005,1790000060000005,1790000060000005,1790000060000005,5,'{"a":null,"row":5,"乙":[1,2.5,"x",true]}','{"a":null,"row":5,"乙":[1,2.5,"x",true]}','s','both',5,' gateway 5',1790000060000005);
INSERT INTO "calls" VALUES('ea67b64e-7200-5c56-8b30-559265f4a50f','热线 pbx 6','热线 callid 6','热线 linkedid 6','inbound','热线 line 6','热线 did 6',X'060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F20212223242500FF',X'060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F20212223242500FF','热线 caller_key 6',1790000060000006,0,0,0,1790000060000006,1790000060000006,1790000060000006,1790000060000006,6,'{"a":null,"row":6,"乙":[1,2.5,"x",true]}','{"a":null,"row":6,"乙":[1,2.5,"x",true]}','us','live',6,'热线 gateway 6',1790000060000006);
INSERT INTO "calls" VALUES('97150dda-cc5c-52d9-b292-eae907992cef','=cmd|'' /C calc''!A0 pbx 7','=cmd|'' /C calc''!A0 callid 7',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,1,1,1790000060000007,NULL,NULL,NULL,NULL,NULL,NULL,'s','log',7,'=cmd|'' /C calc''!A0 gateway 7',1790000060000007);
CREATE TABLE checkpoints (
	gateway TEXT NOT NULL, 
	pbx TEXT NOT NULL, 
	at INTEGER NOT NULL, 
	journal TEXT NOT NULL, 
	format INTEGER DEFAULT 1 NOT NULL, 
	body BLOB NOT NULL, 
	hash BLOB NOT NULL, 
	written_at INTEGER NOT NULL, 
	CONSTRAINT pk_checkpoints PRIMARY KEY (gateway, pbx)
)
 STRICT

;
INSERT INTO "checkpoints" VALUES('热线 gateway 0','热线 pbx 0',0,'热线 journal 0',0,X'000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F00FF',X'000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F00FF',1790000060000000);
INSERT INTO "checkpoints" VALUES('=cmd|'' /C calc''!A0 gateway 1','=cmd|'' /C calc''!A0 pbx 1',9223372036854775807,'=cmd|'' /C calc''!A0 journal 1',9223372036854775807,X'0102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F2000FF',X'0102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F2000FF',1790000060000001);
INSERT INTO "checkpoints" VALUES('it''s "quoted" gateway 2','it''s "quoted" pbx 2',2,'it''s "quoted" journal 2',2,X'02030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202100FF',X'02030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202100FF',1790000060000002);
INSERT INTO "checkpoints" VALUES('ends
\ gateway 3','ends
\ pbx 3',3,'ends
\ journal 3',3,X'030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F20212200FF',X'030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F20212200FF',1790000060000003);
INSERT INTO "checkpoints" VALUES('🙂 ǆ gateway 4','🙂 ǆ pbx 4',4,'🙂 ǆ journal 4',4,X'0405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F2021222300FF',X'0405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F2021222300FF',1790000060000004);
INSERT INTO "checkpoints" VALUES(' gateway 5',' pbx 5',5,' journal 5',5,X'05060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202122232400FF',X'05060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202122232400FF',1790000060000005);
INSERT INTO "checkpoints" VALUES('热线 gateway 6','热线 pbx 6',6,'热线 journal 6',6,X'060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F20212223242500FF',X'060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F20212223242500FF',1790000060000006);
INSERT INTO "checkpoints" VALUES('=cmd|'' /C calc''!A0 gateway 7','=cmd|'' /C calc''!A0 pbx 7',7,'=cmd|'' /C calc''!A0 journal 7',7,X'0708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F2021222324252600FF',X'0708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F2021222324252600FF',1790000060000007);
CREATE TABLE deliveries (
	id TEXT NOT NULL, 
	escalation TEXT, 
	step INTEGER, 
	receiver TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	body TEXT NOT NULL, 
	created_at INTEGER NOT NULL, 
	due_at INTEGER, 
	expires_at INTEGER, 
	state TEXT NOT NULL, 
	attempts INTEGER DEFAULT 0 NOT NULL, 
	status INTEGER, 
	reason TEXT, 
	ended_at INTEGER, 
	replay_of TEXT, 
	gateway TEXT, 
	lease_token INTEGER, 
	CONSTRAINT pk_deliveries PRIMARY KEY (id), 
	CONSTRAINT ck_deliveries_state CHECK (state IN ('pending', 'delivered', 'expired', 'dead'))
)
 STRICT

;
INSERT INTO "deliveries" VALUES('372e2397-33be-5302-83ef-a2c35cd2dbfb','372e2397-33be-5302-83ef-a2c35cd2dbfb',0,'热线 receiver 0','热线 kind 0','热线 body 0',1790000060000000,1790000060000000,1790000060000000,'pending',0,0,'热线 reason 0',1790000060000000,'372e2397-33be-5302-83ef-a2c35cd2dbfb','热线 gateway 0',0);
INSERT INTO "deliveries" VALUES('0be0c2c1-3ad4-5dbc-bc68-2e4fb78e08c1','0be0c2c1-3ad4-5dbc-bc68-2e4fb78e08c1',9223372036854775807,'=cmd|'' /C calc''!A0 receiver 1','=cmd|'' /C calc''!A0 kind 1','=cmd|'' /C calc''!A0 body 1',1790000060000001,1790000060000001,1790000060000001,'delivered',9223372036854775807,9223372036854775807,'=cmd|'' /C calc''!A0 reason 1',1790000060000001,'0be0c2c1-3ad4-5dbc-bc68-2e4fb78e08c1','=cmd|'' /C calc''!A0 gateway 1',9223372036854775807);
INSERT INTO "deliveries" VALUES('864acebc-2855-5a47-9e0f-e705eece6b4b','864acebc-2855-5a47-9e0f-e705eece6b4b',2,'it''s "quoted" receiver 2','it''s "quoted" kind 2','it''s "quoted" body 2',1790000060000002,1790000060000002,1790000060000002,'expired',2,2,'it''s "quoted" reason 2',1790000060000002,'864acebc-2855-5a47-9e0f-e705eece6b4b','it''s "quoted" gateway 2',2);
INSERT INTO "deliveries" VALUES('d583f172-9ae9-5b3b-839d-0ae3f2f09aba',NULL,NULL,'ends
\ receiver 3','ends
\ kind 3','ends
\ body 3',1790000060000003,NULL,NULL,'dead',3,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "deliveries" VALUES('46a9d98e-6551-550b-a872-61c677739c1c','46a9d98e-6551-550b-a872-61c677739c1c',4,'🙂 ǆ receiver 4','🙂 ǆ kind 4','🙂 ǆ body 4',1790000060000004,1790000060000004,1790000060000004,'pending',4,4,'🙂 ǆ reason 4',1790000060000004,'46a9d98e-6551-550b-a872-61c677739c1c','🙂 ǆ gateway 4',4);
INSERT INTO "deliveries" VALUES('d1b242dd-ffaf-5555-9531-3ba02c17e156','d1b242dd-ffaf-5555-9531-3ba02c17e156',5,' receiver 5',' kind 5',' body 5',1790000060000005,1790000060000005,1790000060000005,'delivered',5,5,' reason 5',1790000060000005,'d1b242dd-ffaf-5555-9531-3ba02c17e156',' gateway 5',5);
INSERT INTO "deliveries" VALUES('532a78a1-52fa-5ccd-8a59-b779d2f7aaf2','532a78a1-52fa-5ccd-8a59-b779d2f7aaf2',6,'热线 receiver 6','热线 kind 6','热线 body 6',1790000060000006,1790000060000006,1790000060000006,'expired',6,6,'热线 reason 6',1790000060000006,'532a78a1-52fa-5ccd-8a59-b779d2f7aaf2','热线 gateway 6',6);
INSERT INTO "deliveries" VALUES('56591797-2b9f-50fa-af5d-26631fdb22e5',NULL,NULL,'=cmd|'' /C calc''!A0 receiver 7','=cmd|'' /C calc''!A0 kind 7','=cmd|'' /C calc''!A0 body 7',1790000060000007,NULL,NULL,'dead',7,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE escalation_steps (
	escalation TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	target TEXT NOT NULL, 
	due_at INTEGER NOT NULL, 
	begun_at INTEGER, 
	done_at INTEGER, 
	undo_by INTEGER, 
	result TEXT, 
	reason TEXT, 
	gateway TEXT, 
	lease_token INTEGER, 
	CONSTRAINT pk_escalation_steps PRIMARY KEY (escalation, number), 
	CONSTRAINT fk_escalation_steps_escalation FOREIGN KEY(escalation) REFERENCES escalations (id) ON DELETE CASCADE, 
	CONSTRAINT ck_escalation_steps_kind CHECK (kind IN ('notify', 'act', 'undo')), 
	CONSTRAINT ck_escalation_steps_result CHECK (result IN ('done', 'failed', 'skipped', 'refused'))
)
 STRICT

;
INSERT INTO "escalation_steps" VALUES('2b062e46-37b3-5601-aaca-990aaa2f0b1b',0,'notify','热线 target 0',1790000060000000,1790000060000000,1790000060000000,0,'done','热线 reason 0','热线 gateway 0',0);
INSERT INTO "escalation_steps" VALUES('56104bb5-7cdc-5c70-8337-16de936c199b',9223372036854775807,'act','=cmd|'' /C calc''!A0 target 1',1790000060000001,1790000060000001,1790000060000001,9223372036854775807,'failed','=cmd|'' /C calc''!A0 reason 1','=cmd|'' /C calc''!A0 gateway 1',9223372036854775807);
INSERT INTO "escalation_steps" VALUES('9fbdc11c-88c8-5fba-9563-5f426b6d0ca3',2,'undo','it''s "quoted" target 2',1790000060000002,1790000060000002,1790000060000002,2,'skipped','it''s "quoted" reason 2','it''s "quoted" gateway 2',2);
INSERT INTO "escalation_steps" VALUES('33d23fb1-fcdf-5011-b3db-cbdec97f9efc',3,'notify','ends
\ target 3',1790000060000003,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "escalation_steps" VALUES('0be99d78-6f99-5ec8-9525-72098d1bd047',4,'act','🙂 ǆ target 4',1790000060000004,1790000060000004,1790000060000004,4,'done','🙂 ǆ reason 4','🙂 ǆ gateway 4',4);
INSERT INTO "escalation_steps" VALUES('8760893e-8814-56d4-8be1-69fe4a624060',5,'undo',' target 5',1790000060000005,1790000060000005,1790000060000005,5,'failed',' reason 5',' gateway 5',5);
INSERT INTO "escalation_steps" VALUES('90cbf851-0005-5ac5-a27e-a7b2b2cda1d9',6,'notify','热线 target 6',1790000060000006,1790000060000006,1790000060000006,6,'skipped','热线 reason 6','热线 gateway 6',6);
INSERT INTO "escalation_steps" VALUES('281aa745-da26-5114-b469-13e05bb7823c',7,'act','=cmd|'' /C calc''!A0 target 7',1790000060000007,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE escalations (
	id TEXT NOT NULL, 
	rule TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	severity TEXT NOT NULL, 
	state TEXT NOT NULL, 
	pbx TEXT, 
	queue TEXT, 
	line TEXT, 
	agent TEXT, 
	call TEXT, 
	value REAL, 
	threshold REAL, 
	reason TEXT, 
	pending_at INTEGER, 
	fired_at INTEGER, 
	acknowledged_at INTEGER, 
	acknowledged_by TEXT, 
	acknowledged_until INTEGER, 
	resolved_at INTEGER, 
	step INTEGER DEFAULT 0 NOT NULL, 
	flaps INTEGER DEFAULT 0 NOT NULL, 
	inhibited_by TEXT, 
	memory TEXT, 
	revision INTEGER DEFAULT 0 NOT NULL, 
	written_at INTEGER NOT NULL, 
	CONSTRAINT pk_escalations PRIMARY KEY (id), 
	CONSTRAINT ck_escalations_severity CHECK (severity IN ('info', 'warn', 'critical')), 
	CONSTRAINT ck_escalations_state CHECK (state IN ('pending', 'firing', 'acknowledged', 'resolved'))
)
 STRICT

;
INSERT INTO "escalations" VALUES('2b062e46-37b3-5601-aaca-990aaa2f0b1b','热线 rule 0','热线 subject 0','info','pending','热线 pbx 0','热线 queue 0','热线 line 0','热线 agent 0','2b062e46-37b3-5601-aaca-990aaa2f0b1b',0.0,0.0,'热线 reason 0',1790000060000000,1790000060000000,1790000060000000,'热线 acknowledged_by 0',0,1790000060000000,0,0,'热线 inhibited_by 0','{"a":null,"row":0,"乙":[1,2.5,"x",true]}',0,1790000060000000);
INSERT INTO "escalations" VALUES('56104bb5-7cdc-5c70-8337-16de936c199b','=cmd|'' /C calc''!A0 rule 1','=cmd|'' /C calc''!A0 subject 1','warn','firing','=cmd|'' /C calc''!A0 pbx 1','=cmd|'' /C calc''!A0 queue 1','=cmd|'' /C calc''!A0 line 1','=cmd|'' /C calc''!A0 agent 1','56104bb5-7cdc-5c70-8337-16de936c199b',3.33333333333333314829e-01,3.33333333333333314829e-01,'=cmd|'' /C calc''!A0 reason 1',1790000060000001,1790000060000001,1790000060000001,'=cmd|'' /C calc''!A0 acknowledged_by 1',9223372036854775807,1790000060000001,9223372036854775807,9223372036854775807,'=cmd|'' /C calc''!A0 inhibited_by 1','{"a":null,"row":1,"乙":[1,2.5,"x",true]}',9223372036854775807,1790000060000001);
INSERT INTO "escalations" VALUES('9fbdc11c-88c8-5fba-9563-5f426b6d0ca3','it''s "quoted" rule 2','it''s "quoted" subject 2','critical','acknowledged','it''s "quoted" pbx 2','it''s "quoted" queue 2','it''s "quoted" line 2','it''s "quoted" agent 2','9fbdc11c-88c8-5fba-9563-5f426b6d0ca3',6.66666666666666629659e-01,6.66666666666666629659e-01,'it''s "quoted" reason 2',1790000060000002,1790000060000002,1790000060000002,'it''s "quoted" acknowledged_by 2',2,1790000060000002,2,2,'it''s "quoted" inhibited_by 2','{"a":null,"row":2,"乙":[1,2.5,"x",true]}',2,1790000060000002);
INSERT INTO "escalations" VALUES('33d23fb1-fcdf-5011-b3db-cbdec97f9efc','ends
\ rule 3','ends
\ subject 3','info','resolved',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,3,3,NULL,NULL,3,1790000060000003);
INSERT INTO "escalations" VALUES('0be99d78-6f99-5ec8-9525-72098d1bd047','🙂 ǆ rule 4','🙂 ǆ subject 4','warn','pending','🙂 ǆ pbx 4','🙂 ǆ queue 4','🙂 ǆ line 4','🙂 ǆ agent 4','0be99d78-6f99-5ec8-9525-72098d1bd047',1.33333333333333325931e+00,1.33333333333333325931e+00,'🙂 ǆ reason 4',1790000060000004,1790000060000004,1790000060000004,'🙂 ǆ acknowledged_by 4',4,1790000060000004,4,4,'🙂 ǆ inhibited_by 4','{"a":null,"row":4,"乙":[1,2.5,"x",true]}',4,1790000060000004);
INSERT INTO "escalations" VALUES('8760893e-8814-56d4-8be1-69fe4a624060',' rule 5',' subject 5','critical','firing',' pbx 5',' queue 5',' line 5',' agent 5','8760893e-8814-56d4-8be1-69fe4a624060',1.66666666666666674068e+00,1.66666666666666674068e+00,' reason 5',1790000060000005,1790000060000005,1790000060000005,' acknowledged_by 5',5,1790000060000005,5,5,' inhibited_by 5','{"a":null,"row":5,"乙":[1,2.5,"x",true]}',5,1790000060000005);
INSERT INTO "escalations" VALUES('90cbf851-0005-5ac5-a27e-a7b2b2cda1d9','热线 rule 6','热线 subject 6','info','acknowledged','热线 pbx 6','热线 queue 6','热线 line 6','热线 agent 6','90cbf851-0005-5ac5-a27e-a7b2b2cda1d9',2.0,2.0,'热线 reason 6',1790000060000006,1790000060000006,1790000060000006,'热线 acknowledged_by 6',6,1790000060000006,6,6,'热线 inhibited_by 6','{"a":null,"row":6,"乙":[1,2.5,"x",true]}',6,1790000060000006);
INSERT INTO "escalations" VALUES('281aa745-da26-5114-b469-13e05bb7823c','=cmd|'' /C calc''!A0 rule 7','=cmd|'' /C calc''!A0 subject 7','warn','resolved',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,7,7,NULL,NULL,7,1790000060000007);
CREATE TABLE exclusions (
	id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	starts_at INTEGER NOT NULL, 
	ends_at INTEGER NOT NULL, 
	queue TEXT, 
	line TEXT, 
	call TEXT, 
	reason TEXT NOT NULL, 
	asked_by TEXT NOT NULL, 
	asked_at INTEGER NOT NULL, 
	approved_by TEXT, 
	approved_at INTEGER, 
	signature BLOB, 
	revoked_by TEXT, 
	revoked_at INTEGER, 
	revision INTEGER DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_exclusions PRIMARY KEY (id), 
	CONSTRAINT ck_exclusions_kind CHECK (kind IN ('incident', 'test', 'malicious', 'other')), 
	CONSTRAINT ck_exclusions_period CHECK (starts_at < ends_at)
)
 STRICT

;
INSERT INTO "exclusions" VALUES('2e95f3cb-93e5-5f06-89f3-b000b1396459','incident',1790000000000000,1790000060000000,'热线 queue 0','热线 line 0','2e95f3cb-93e5-5f06-89f3-b000b1396459','热线 reason 0','热线 asked_by 0',1790000060000000,'热线 approved_by 0',1790000060000000,X'000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F00FF','热线 revoked_by 0',1790000060000000,0);
INSERT INTO "exclusions" VALUES('782b83ad-e199-5bfb-a2a9-baa906c5c5d7','test',1790000000000001,1790000060000001,'=cmd|'' /C calc''!A0 queue 1','=cmd|'' /C calc''!A0 line 1','782b83ad-e199-5bfb-a2a9-baa906c5c5d7','=cmd|'' /C calc''!A0 reason 1','=cmd|'' /C calc''!A0 asked_by 1',1790000060000001,'=cmd|'' /C calc''!A0 approved_by 1',1790000060000001,X'0102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F2000FF','=cmd|'' /C calc''!A0 revoked_by 1',1790000060000001,9223372036854775807);
INSERT INTO "exclusions" VALUES('d328053a-7752-5c0b-b55b-5cbaf0e99246','malicious',1790000000000002,1790000060000002,'it''s "quoted" queue 2','it''s "quoted" line 2','d328053a-7752-5c0b-b55b-5cbaf0e99246','it''s "quoted" reason 2','it''s "quoted" asked_by 2',1790000060000002,'it''s "quoted" approved_by 2',1790000060000002,X'02030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202100FF','it''s "quoted" revoked_by 2',1790000060000002,2);
INSERT INTO "exclusions" VALUES('fdbce230-4894-5360-995b-b36b6c57ede2','other',1790000000000003,1790000060000003,NULL,NULL,NULL,'ends
\ reason 3','ends
\ asked_by 3',1790000060000003,NULL,NULL,NULL,NULL,NULL,3);
INSERT INTO "exclusions" VALUES('e1b5cc7a-163b-5e34-921a-4aa4b5c40fc8','incident',1790000000000004,1790000060000004,'🙂 ǆ queue 4','🙂 ǆ line 4','e1b5cc7a-163b-5e34-921a-4aa4b5c40fc8','🙂 ǆ reason 4','🙂 ǆ asked_by 4',1790000060000004,'🙂 ǆ approved_by 4',1790000060000004,X'0405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F2021222300FF','🙂 ǆ revoked_by 4',1790000060000004,4);
INSERT INTO "exclusions" VALUES('46a216f5-5d9d-5084-bf4f-302fd56b2bd4','test',1790000000000005,1790000060000005,' queue 5',' line 5','46a216f5-5d9d-5084-bf4f-302fd56b2bd4',' reason 5',' asked_by 5',1790000060000005,' approved_by 5',1790000060000005,X'05060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202122232400FF',' revoked_by 5',1790000060000005,5);
INSERT INTO "exclusions" VALUES('081592d7-62d3-5651-bb52-d4665aae9e19','malicious',1790000000000006,1790000060000006,'热线 queue 6','热线 line 6','081592d7-62d3-5651-bb52-d4665aae9e19','热线 reason 6','热线 asked_by 6',1790000060000006,'热线 approved_by 6',1790000060000006,X'060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F20212223242500FF','热线 revoked_by 6',1790000060000006,6);
INSERT INTO "exclusions" VALUES('6ea695b7-aefd-562d-b841-aa7a7563104a','other',1790000000000007,1790000060000007,NULL,NULL,NULL,'=cmd|'' /C calc''!A0 reason 7','=cmd|'' /C calc''!A0 asked_by 7',1790000060000007,NULL,NULL,NULL,NULL,NULL,7);
CREATE TABLE gaps (
	id TEXT NOT NULL, 
	gateway TEXT NOT NULL, 
	pbx TEXT, 
	"of" TEXT NOT NULL, 
	cause TEXT NOT NULL, 
	started_at INTEGER NOT NULL, 
	ended_at INTEGER, 
	repair TEXT, 
	repaired_at INTEGER, 
	recovered INTEGER, 
	detail TEXT, 
	written_at INTEGER NOT NULL, 
	CONSTRAINT pk_gaps PRIMARY KEY (id), 
	CONSTRAINT ck_gaps_of CHECK (of IN ('feed', 'log', 'gateway', 'ledger'))
)
 STRICT

;
INSERT INTO "gaps" VALUES('ae80d321-452c-536d-bea6-dce8fab77fd6','热线 gateway 0','热线 pbx 0','feed','热线 cause 0',1790000060000000,1790000060000000,'热线 repair 0',1790000060000000,0,'热线 detail 0',1790000060000000);
INSERT INTO "gaps" VALUES('b41902f3-7aa4-5317-810e-47c32d134532','=cmd|'' /C calc''!A0 gateway 1','=cmd|'' /C calc''!A0 pbx 1','log','=cmd|'' /C calc''!A0 cause 1',1790000060000001,1790000060000001,'=cmd|'' /C calc''!A0 repair 1',1790000060000001,9223372036854775807,'=cmd|'' /C calc''!A0 detail 1',1790000060000001);
INSERT INTO "gaps" VALUES('1135e3e6-39cb-5433-954a-c0e7cca5779a','it''s "quoted" gateway 2','it''s "quoted" pbx 2','gateway','it''s "quoted" cause 2',1790000060000002,1790000060000002,'it''s "quoted" repair 2',1790000060000002,2,'it''s "quoted" detail 2',1790000060000002);
INSERT INTO "gaps" VALUES('3d0c7203-eaeb-5614-8e42-05fb32207a9d','ends
\ gateway 3',NULL,'ledger','ends
\ cause 3',1790000060000003,NULL,NULL,NULL,NULL,NULL,1790000060000003);
INSERT INTO "gaps" VALUES('369dac40-d74b-52aa-b3b5-816a0891c1d0','🙂 ǆ gateway 4','🙂 ǆ pbx 4','feed','🙂 ǆ cause 4',1790000060000004,1790000060000004,'🙂 ǆ repair 4',1790000060000004,4,'🙂 ǆ detail 4',1790000060000004);
INSERT INTO "gaps" VALUES('18b5694e-f39a-53e3-9105-50cd9577c5ff',' gateway 5',' pbx 5','log',' cause 5',1790000060000005,1790000060000005,' repair 5',1790000060000005,5,' detail 5',1790000060000005);
INSERT INTO "gaps" VALUES('8ce33760-90c3-56e9-92a6-56303ffbea9f','热线 gateway 6','热线 pbx 6','gateway','热线 cause 6',1790000060000006,1790000060000006,'热线 repair 6',1790000060000006,6,'热线 detail 6',1790000060000006);
INSERT INTO "gaps" VALUES('71fa57d1-f3dd-54b6-8af3-6cb324b0f3c8','=cmd|'' /C calc''!A0 gateway 7',NULL,'ledger','=cmd|'' /C calc''!A0 cause 7',1790000060000007,NULL,NULL,NULL,NULL,NULL,1790000060000007);
CREATE TABLE lease (
	name TEXT NOT NULL, 
	holder TEXT NOT NULL, 
	token INTEGER DEFAULT 0 NOT NULL, 
	taken_at INTEGER NOT NULL, 
	renewed_at INTEGER NOT NULL, 
	expires_at INTEGER NOT NULL, 
	CONSTRAINT pk_lease PRIMARY KEY (name)
)
 STRICT

;
INSERT INTO "lease" VALUES('热线 name 0','热线 holder 0',0,1790000060000000,1790000060000000,1790000060000000);
INSERT INTO "lease" VALUES('=cmd|'' /C calc''!A0 name 1','=cmd|'' /C calc''!A0 holder 1',9223372036854775807,1790000060000001,1790000060000001,1790000060000001);
INSERT INTO "lease" VALUES('it''s "quoted" name 2','it''s "quoted" holder 2',2,1790000060000002,1790000060000002,1790000060000002);
INSERT INTO "lease" VALUES('ends
\ name 3','ends
\ holder 3',3,1790000060000003,1790000060000003,1790000060000003);
INSERT INTO "lease" VALUES('🙂 ǆ name 4','🙂 ǆ holder 4',4,1790000060000004,1790000060000004,1790000060000004);
INSERT INTO "lease" VALUES(' name 5',' holder 5',5,1790000060000005,1790000060000005,1790000060000005);
INSERT INTO "lease" VALUES('热线 name 6','热线 holder 6',6,1790000060000006,1790000060000006,1790000060000006);
INSERT INTO "lease" VALUES('=cmd|'' /C calc''!A0 name 7','=cmd|'' /C calc''!A0 holder 7',7,1790000060000007,1790000060000007,1790000060000007);
CREATE TABLE log_positions (
	gateway TEXT NOT NULL, 
	pbx TEXT NOT NULL, 
	source TEXT NOT NULL, 
	device INTEGER, 
	inode INTEGER, 
	position INTEGER, 
	head_bytes INTEGER, 
	head_hash TEXT, 
	modified_at INTEGER, 
	cursor TEXT, 
	open_visits TEXT, 
	last_at INTEGER, 
	records INTEGER DEFAULT 0 NOT NULL, 
	written_at INTEGER NOT NULL, 
	CONSTRAINT pk_log_positions PRIMARY KEY (gateway, pbx, source)
)
 STRICT

;
INSERT INTO "log_positions" VALUES('热线 gateway 0','热线 pbx 0','热线 source 0',0,0,0,0,'热线 head_hash 0',1790000060000000,'热线 cursor 0','{"a":null,"row":0,"乙":[1,2.5,"x",true]}',1790000060000000,0,1790000060000000);
INSERT INTO "log_positions" VALUES('=cmd|'' /C calc''!A0 gateway 1','=cmd|'' /C calc''!A0 pbx 1','=cmd|'' /C calc''!A0 source 1',9223372036854775807,9223372036854775807,9223372036854775807,9223372036854775807,'=cmd|'' /C calc''!A0 head_hash 1',1790000060000001,'=cmd|'' /C calc''!A0 cursor 1','{"a":null,"row":1,"乙":[1,2.5,"x",true]}',1790000060000001,9223372036854775807,1790000060000001);
INSERT INTO "log_positions" VALUES('it''s "quoted" gateway 2','it''s "quoted" pbx 2','it''s "quoted" source 2',2,2,2,2,'it''s "quoted" head_hash 2',1790000060000002,'it''s "quoted" cursor 2','{"a":null,"row":2,"乙":[1,2.5,"x",true]}',1790000060000002,2,1790000060000002);
INSERT INTO "log_positions" VALUES('ends
\ gateway 3','ends
\ pbx 3','ends
\ source 3',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,3,1790000060000003);
INSERT INTO "log_positions" VALUES('🙂 ǆ gateway 4','🙂 ǆ pbx 4','🙂 ǆ source 4',4,4,4,4,'🙂 ǆ head_hash 4',1790000060000004,'🙂 ǆ cursor 4','{"a":null,"row":4,"乙":[1,2.5,"x",true]}',1790000060000004,4,1790000060000004);
INSERT INTO "log_positions" VALUES(' gateway 5',' pbx 5',' source 5',5,5,5,5,' head_hash 5',1790000060000005,' cursor 5','{"a":null,"row":5,"乙":[1,2.5,"x",true]}',1790000060000005,5,1790000060000005);
INSERT INTO "log_positions" VALUES('热线 gateway 6','热线 pbx 6','热线 source 6',6,6,6,6,'热线 head_hash 6',1790000060000006,'热线 cursor 6','{"a":null,"row":6,"乙":[1,2.5,"x",true]}',1790000060000006,6,1790000060000006);
INSERT INTO "log_positions" VALUES('=cmd|'' /C calc''!A0 gateway 7','=cmd|'' /C calc''!A0 pbx 7','=cmd|'' /C calc''!A0 source 7',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,7,1790000060000007);
CREATE TABLE offers (
	id TEXT NOT NULL, 
	visit TEXT, 
	pbx TEXT NOT NULL, 
	callid TEXT, 
	queue TEXT NOT NULL, 
	agent TEXT NOT NULL, 
	seat TEXT, 
	made_at INTEGER, 
	ended_at INTEGER, 
	outcome TEXT, 
	ring_us INTEGER, 
	dumped INTEGER DEFAULT 0 NOT NULL, 
	live TEXT, 
	log TEXT, 
	precision TEXT NOT NULL, 
	source TEXT NOT NULL, 
	revision INTEGER DEFAULT 0 NOT NULL, 
	gateway TEXT NOT NULL, 
	written_at INTEGER NOT NULL, 
	CONSTRAINT pk_offers PRIMARY KEY (id), 
	CONSTRAINT ck_offers_outcome CHECK (outcome IN ('answered', 'no_answer', 'rejected', 'taken_elsewhere', 'cancelled', 'unknown')), 
	CONSTRAINT ck_offers_precision CHECK (precision IN ('us', 's')), 
	CONSTRAINT ck_offers_source CHECK (source IN ('live', 'log', 'both'))
)
 STRICT

;
INSERT INTO "offers" VALUES('cf2cfa32-c879-575d-8d0d-814d79357bf3','cf2cfa32-c879-575d-8d0d-814d79357bf3','热线 pbx 0','热线 callid 0','热线 queue 0','热线 agent 0','热线 seat 0',1790000060000000,1790000060000000,'answered',0,0,'{"a":null,"row":0,"乙":[1,2.5,"x",true]}','{"a":null,"row":0,"乙":[1,2.5,"x",true]}','us','live',0,'热线 gateway 0',1790000060000000);
INSERT INTO "offers" VALUES('699d4651-d2c2-5651-b54e-7e35e059fa04','699d4651-d2c2-5651-b54e-7e35e059fa04','=cmd|'' /C calc''!A0 pbx 1','=cmd|'' /C calc''!A0 callid 1','=cmd|'' /C calc''!A0 queue 1','=cmd|'' /C calc''!A0 agent 1','=cmd|'' /C calc''!A0 seat 1',1790000060000001,1790000060000001,'no_answer',9223372036854775807,1,'{"a":null,"row":1,"乙":[1,2.5,"x",true]}','{"a":null,"row":1,"乙":[1,2.5,"x",true]}','s','log',9223372036854775807,'=cmd|'' /C calc''!A0 gateway 1',1790000060000001);
INSERT INTO "offers" VALUES('8e923d9e-632a-5b66-aad4-9fade35a1817','8e923d9e-632a-5b66-aad4-9fade35a1817','it''s "quoted" pbx 2','it''s "quoted" callid 2','it''s "quoted" queue 2','it''s "quoted" agent 2','it''s "quoted" seat 2',1790000060000002,1790000060000002,'rejected',2,0,'{"a":null,"row":2,"乙":[1,2.5,"x",true]}','{"a":null,"row":2,"乙":[1,2.5,"x",true]}','us','both',2,'it''s "quoted" gateway 2',1790000060000002);
INSERT INTO "offers" VALUES('62de7e97-faaa-5650-a33a-a4b77d681f3d',NULL,'ends
\ pbx 3',NULL,'ends
\ queue 3','ends
\ agent 3',NULL,NULL,NULL,NULL,NULL,1,NULL,NULL,'s','live',3,'ends
\ gateway 3',1790000060000003);
INSERT INTO "offers" VALUES('e4d131e1-3055-5807-9521-aad1cf3e4953','e4d131e1-3055-5807-9521-aad1cf3e4953','🙂 ǆ pbx 4','🙂 ǆ callid 4','🙂 ǆ queue 4','🙂 ǆ agent 4','🙂 ǆ seat 4',1790000060000004,1790000060000004,'cancelled',4,0,'{"a":null,"row":4,"乙":[1,2.5,"x",true]}','{"a":null,"row":4,"乙":[1,2.5,"x",true]}','us','log',4,'🙂 ǆ gateway 4',1790000060000004);
INSERT INTO "offers" VALUES('a24aabea-630f-53c0-830d-c0075d55c047','a24aabea-630f-53c0-830d-c0075d55c047',' pbx 5',' callid 5',' queue 5',' agent 5',' seat 5',1790000060000005,1790000060000005,'unknown',5,1,'{"a":null,"row":5,"乙":[1,2.5,"x",true]}','{"a":null,"row":5,"乙":[1,2.5,"x",true]}','s','both',5,' gateway 5',1790000060000005);
INSERT INTO "offers" VALUES('95a2d68b-b313-5ac4-a79a-78a5b38a9cac','95a2d68b-b313-5ac4-a79a-78a5b38a9cac','热线 pbx 6','热线 callid 6','热线 queue 6','热线 agent 6','热线 seat 6',1790000060000006,1790000060000006,'answered',6,0,'{"a":null,"row":6,"乙":[1,2.5,"x",true]}','{"a":null,"row":6,"乙":[1,2.5,"x",true]}','us','live',6,'热线 gateway 6',1790000060000006);
INSERT INTO "offers" VALUES('6f6cfc2c-8e8a-5b80-b4d6-97d5a5a8ed85',NULL,'=cmd|'' /C calc''!A0 pbx 7',NULL,'=cmd|'' /C calc''!A0 queue 7','=cmd|'' /C calc''!A0 agent 7',NULL,NULL,NULL,NULL,NULL,1,NULL,NULL,'s','log',7,'=cmd|'' /C calc''!A0 gateway 7',1790000060000007);
CREATE TABLE rollups (
	starts_at INTEGER NOT NULL, 
	width_us INTEGER NOT NULL, 
	queue TEXT NOT NULL, 
	line TEXT NOT NULL, 
	agent TEXT NOT NULL, 
	promise_us INTEGER NOT NULL, 
	answered_count INTEGER DEFAULT 0 NOT NULL, 
	abandoned_count INTEGER DEFAULT 0 NOT NULL, 
	short_abandoned_count INTEGER DEFAULT 0 NOT NULL, 
	timeout_count INTEGER DEFAULT 0 NOT NULL, 
	left_empty_count INTEGER DEFAULT 0 NOT NULL, 
	key_count INTEGER DEFAULT 0 NOT NULL, 
	withdrawn_count INTEGER DEFAULT 0 NOT NULL, 
	redirected_count INTEGER DEFAULT 0 NOT NULL, 
	incompatible_count INTEGER DEFAULT 0 NOT NULL, 
	refused_count INTEGER DEFAULT 0 NOT NULL, 
	cut_count INTEGER DEFAULT 0 NOT NULL, 
	unknown_count INTEGER DEFAULT 0 NOT NULL, 
	answered_in_time_count INTEGER DEFAULT 0 NOT NULL, 
	abandoned_in_time_count INTEGER DEFAULT 0 NOT NULL, 
	transferred_count INTEGER DEFAULT 0 NOT NULL, 
	wrapped_up_count INTEGER DEFAULT 0 NOT NULL, 
	by_seconds_count INTEGER DEFAULT 0 NOT NULL, 
	wait_us_sum INTEGER DEFAULT 0 NOT NULL, 
	answer_wait_us_sum INTEGER DEFAULT 0 NOT NULL, 
	ring_us_sum INTEGER DEFAULT 0 NOT NULL, 
	hold_us_sum INTEGER DEFAULT 0 NOT NULL, 
	talk_us_sum INTEGER DEFAULT 0 NOT NULL, 
	wrap_up_us_sum INTEGER DEFAULT 0 NOT NULL, 
	longest_wait_us INTEGER, 
	latencies BLOB, 
	blind_us INTEGER DEFAULT 0 NOT NULL, 
	revision INTEGER DEFAULT 0 NOT NULL, 
	written_at INTEGER NOT NULL, 
	CONSTRAINT pk_rollups PRIMARY KEY (starts_at, width_us, queue, line, agent, promise_us)
)
 STRICT

;
INSERT INTO "rollups" VALUES(1790000000000000,0,'热线 queue 0','热线 line 0','热线 agent 0',0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,X'000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F00FF',0,0,1790000060000000);
INSERT INTO "rollups" VALUES(1790000000000001,9223372036854775807,'=cmd|'' /C calc''!A0 queue 1','=cmd|'' /C calc''!A0 line 1','=cmd|'' /C calc''!A0 agent 1',9223372036854775807,9223372036854775807,9223372036854775807,9223372036854775807,9223372036854775807,9223372036854775807,9223372036854775807,9223372036854775807,9223372036854775807,9223372036854775807,9223372036854775807,9223372036854775807,9223372036854775807,9223372036854775807,9223372036854775807,9223372036854775807,9223372036854775807,9223372036854775807,9223372036854775807,9223372036854775807,9223372036854775807,9223372036854775807,9223372036854775807,9223372036854775807,9223372036854775807,X'0102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F2000FF',9223372036854775807,9223372036854775807,1790000060000001);
INSERT INTO "rollups" VALUES(1790000000000002,2,'it''s "quoted" queue 2','it''s "quoted" line 2','it''s "quoted" agent 2',2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,X'02030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202100FF',2,2,1790000060000002);
INSERT INTO "rollups" VALUES(1790000000000003,3,'ends
\ queue 3','ends
\ line 3','ends
\ agent 3',3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,NULL,NULL,3,3,1790000060000003);
INSERT INTO "rollups" VALUES(1790000000000004,4,'🙂 ǆ queue 4','🙂 ǆ line 4','🙂 ǆ agent 4',4,4,4,4,4,4,4,4,4,4,4,4,4,4,4,4,4,4,4,4,4,4,4,4,4,X'0405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F2021222300FF',4,4,1790000060000004);
INSERT INTO "rollups" VALUES(1790000000000005,5,' queue 5',' line 5',' agent 5',5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,X'05060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202122232400FF',5,5,1790000060000005);
INSERT INTO "rollups" VALUES(1790000000000006,6,'热线 queue 6','热线 line 6','热线 agent 6',6,6,6,6,6,6,6,6,6,6,6,6,6,6,6,6,6,6,6,6,6,6,6,6,6,X'060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F20212223242500FF',6,6,1790000060000006);
INSERT INTO "rollups" VALUES(1790000000000007,7,'=cmd|'' /C calc''!A0 queue 7','=cmd|'' /C calc''!A0 line 7','=cmd|'' /C calc''!A0 agent 7',7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,NULL,NULL,7,7,1790000060000007);
CREATE TABLE scorecards (
	id TEXT NOT NULL, 
	period TEXT NOT NULL, 
	starts_at INTEGER NOT NULL, 
	ends_at INTEGER NOT NULL, 
	revision INTEGER DEFAULT 0 NOT NULL, 
	frozen_at INTEGER, 
	frozen_by TEXT, 
	indicators TEXT NOT NULL, 
	definitions TEXT NOT NULL, 
	completeness REAL, 
	source_hash BLOB, 
	reason TEXT, 
	written_at INTEGER NOT NULL, 
	CONSTRAINT pk_scorecards PRIMARY KEY (id), 
	CONSTRAINT uq_scorecards_period_starts_at_ends_at_revision UNIQUE (period, starts_at, ends_at, revision), 
	CONSTRAINT ck_scorecards_period CHECK (starts_at < ends_at)
)
 STRICT

;
INSERT INTO "scorecards" VALUES('02af9322-4fe9-5e1b-ab66-328f50314f4c','热线 period 0',1790000000000000,1790000060000000,0,1790000060000000,'热线 frozen_by 0','{"a":null,"row":0,"乙":[1,2.5,"x",true]}','{"a":null,"row":0,"乙":[1,2.5,"x",true]}',0.0,X'000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F00FF','热线 reason 0',1790000060000000);
INSERT INTO "scorecards" VALUES('44c67596-217c-50f3-bdad-720a41e54c66','=cmd|'' /C calc''!A0 period 1',1790000000000001,1790000060000001,9223372036854775807,1790000060000001,'=cmd|'' /C calc''!A0 frozen_by 1','{"a":null,"row":1,"乙":[1,2.5,"x",true]}','{"a":null,"row":1,"乙":[1,2.5,"x",true]}',3.33333333333333314829e-01,X'0102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F2000FF','=cmd|'' /C calc''!A0 reason 1',1790000060000001);
INSERT INTO "scorecards" VALUES('2d68625d-b31b-5705-8a75-15b38ee93c80','it''s "quoted" period 2',1790000000000002,1790000060000002,2,1790000060000002,'it''s "quoted" frozen_by 2','{"a":null,"row":2,"乙":[1,2.5,"x",true]}','{"a":null,"row":2,"乙":[1,2.5,"x",true]}',6.66666666666666629659e-01,X'02030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202100FF','it''s "quoted" reason 2',1790000060000002);
INSERT INTO "scorecards" VALUES('d7f20d8c-d3c5-5559-9845-d2b0742cb2e7','ends
\ period 3',1790000000000003,1790000060000003,3,NULL,NULL,'{"a":null,"row":3,"乙":[1,2.5,"x",true]}','{"a":null,"row":3,"乙":[1,2.5,"x",true]}',NULL,NULL,NULL,1790000060000003);
INSERT INTO "scorecards" VALUES('9dd81d43-bd34-509f-8a0c-4068dcc0306b','🙂 ǆ period 4',1790000000000004,1790000060000004,4,1790000060000004,'🙂 ǆ frozen_by 4','{"a":null,"row":4,"乙":[1,2.5,"x",true]}','{"a":null,"row":4,"乙":[1,2.5,"x",true]}',1.33333333333333325931e+00,X'0405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F2021222300FF','🙂 ǆ reason 4',1790000060000004);
INSERT INTO "scorecards" VALUES('cd5a9be7-87fe-555e-bcf9-8ff225d71877',' period 5',1790000000000005,1790000060000005,5,1790000060000005,' frozen_by 5','{"a":null,"row":5,"乙":[1,2.5,"x",true]}','{"a":null,"row":5,"乙":[1,2.5,"x",true]}',1.66666666666666674068e+00,X'05060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202122232400FF',' reason 5',1790000060000005);
INSERT INTO "scorecards" VALUES('7c4dba87-be48-5489-a19c-4bf79987e45d','热线 period 6',1790000000000006,1790000060000006,6,1790000060000006,'热线 frozen_by 6','{"a":null,"row":6,"乙":[1,2.5,"x",true]}','{"a":null,"row":6,"乙":[1,2.5,"x",true]}',2.0,X'060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F20212223242500FF','热线 reason 6',1790000060000006);
INSERT INTO "scorecards" VALUES('2eccc681-3c20-5282-bc40-f46132f0cee9','=cmd|'' /C calc''!A0 period 7',1790000000000007,1790000060000007,7,NULL,NULL,'{"a":null,"row":7,"乙":[1,2.5,"x",true]}','{"a":null,"row":7,"乙":[1,2.5,"x",true]}',NULL,NULL,NULL,1790000060000007);
CREATE TABLE silences (
	id TEXT NOT NULL, 
	rule TEXT, 
	queue TEXT, 
	line TEXT, 
	subject TEXT, 
	author TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	created_at INTEGER NOT NULL, 
	starts_at INTEGER NOT NULL, 
	ends_at INTEGER NOT NULL, 
	ended_by TEXT, 
	ended_at INTEGER, 
	is_maintenance INTEGER DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_silences PRIMARY KEY (id), 
	CONSTRAINT ck_silences_period CHECK (starts_at < ends_at)
)
 STRICT

;
INSERT INTO "silences" VALUES('467f5f5d-29f8-5a92-b990-65249aae3743','热线 rule 0','热线 queue 0','热线 line 0','热线 subject 0','热线 author 0','热线 reason 0',1790000060000000,1790000000000000,1790000060000000,'热线 ended_by 0',1790000060000000,0);
INSERT INTO "silences" VALUES('dfa80334-f54b-5f30-8996-b18a2639a070','=cmd|'' /C calc''!A0 rule 1','=cmd|'' /C calc''!A0 queue 1','=cmd|'' /C calc''!A0 line 1','=cmd|'' /C calc''!A0 subject 1','=cmd|'' /C calc''!A0 author 1','=cmd|'' /C calc''!A0 reason 1',1790000060000001,1790000000000001,1790000060000001,'=cmd|'' /C calc''!A0 ended_by 1',1790000060000001,1);
INSERT INTO "silences" VALUES('13edd319-408b-52e9-9cda-caba8608c51a','it''s "quoted" rule 2','it''s "quoted" queue 2','it''s "quoted" line 2','it''s "quoted" subject 2','it''s "quoted" author 2','it''s "quoted" reason 2',1790000060000002,1790000000000002,1790000060000002,'it''s "quoted" ended_by 2',1790000060000002,0);
INSERT INTO "silences" VALUES('a36d4994-8277-57ca-aae3-7da77929dc27',NULL,NULL,NULL,NULL,'ends
\ author 3','ends
\ reason 3',1790000060000003,1790000000000003,1790000060000003,NULL,NULL,1);
INSERT INTO "silences" VALUES('11e0370b-0b3d-59e8-b50b-1ca8412c3ac5','🙂 ǆ rule 4','🙂 ǆ queue 4','🙂 ǆ line 4','🙂 ǆ subject 4','🙂 ǆ author 4','🙂 ǆ reason 4',1790000060000004,1790000000000004,1790000060000004,'🙂 ǆ ended_by 4',1790000060000004,0);
INSERT INTO "silences" VALUES('301e759d-43c3-5f47-aef7-5f671b8434da',' rule 5',' queue 5',' line 5',' subject 5',' author 5',' reason 5',1790000060000005,1790000000000005,1790000060000005,' ended_by 5',1790000060000005,1);
INSERT INTO "silences" VALUES('f7cebbaf-ad49-54a3-910a-6722216ea5bf','热线 rule 6','热线 queue 6','热线 line 6','热线 subject 6','热线 author 6','热线 reason 6',1790000060000006,1790000000000006,1790000060000006,'热线 ended_by 6',1790000060000006,0);
INSERT INTO "silences" VALUES('916ea94a-c6a7-5222-a37d-6950ab3467d7',NULL,NULL,NULL,NULL,'=cmd|'' /C calc''!A0 author 7','=cmd|'' /C calc''!A0 reason 7',1790000060000007,1790000000000007,1790000060000007,NULL,NULL,1);
CREATE TABLE surveys (
	id TEXT NOT NULL, 
	call TEXT NOT NULL, 
	visit TEXT, 
	pbx TEXT NOT NULL, 
	callid TEXT NOT NULL, 
	queue TEXT, 
	line TEXT, 
	agent TEXT, 
	asked_at INTEGER, 
	ended_at INTEGER, 
	outcome TEXT, 
	score INTEGER, 
	key_pressed TEXT, 
	precision TEXT NOT NULL, 
	source TEXT NOT NULL, 
	revision INTEGER DEFAULT 0 NOT NULL, 
	gateway TEXT NOT NULL, 
	written_at INTEGER NOT NULL, 
	CONSTRAINT pk_surveys PRIMARY KEY (id), 
	CONSTRAINT ck_surveys_outcome CHECK (outcome IN ('rated', 'no_key', 'wrong_key', 'hung_up')), 
	CONSTRAINT ck_surveys_precision CHECK (precision IN ('us', 's')), 
	CONSTRAINT ck_surveys_source CHECK (source IN ('live', 'log', 'both'))
)
 STRICT

;
INSERT INTO "surveys" VALUES('ed3084ff-81e9-51c3-97ca-f3b90acaad66','ed3084ff-81e9-51c3-97ca-f3b90acaad66','ed3084ff-81e9-51c3-97ca-f3b90acaad66','热线 pbx 0','热线 callid 0','热线 queue 0','热线 line 0','热线 agent 0',1790000060000000,1790000060000000,'rated',0,'热线 key_pressed 0','us','live',0,'热线 gateway 0',1790000060000000);
INSERT INTO "surveys" VALUES('5b38bde3-54c9-52d1-b5f5-237aeb8683ec','5b38bde3-54c9-52d1-b5f5-237aeb8683ec','5b38bde3-54c9-52d1-b5f5-237aeb8683ec','=cmd|'' /C calc''!A0 pbx 1','=cmd|'' /C calc''!A0 callid 1','=cmd|'' /C calc''!A0 queue 1','=cmd|'' /C calc''!A0 line 1','=cmd|'' /C calc''!A0 agent 1',1790000060000001,1790000060000001,'no_key',9223372036854775807,'=cmd|'' /C calc''!A0 key_pressed 1','s','log',9223372036854775807,'=cmd|'' /C calc''!A0 gateway 1',1790000060000001);
INSERT INTO "surveys" VALUES('77429c77-8ffb-5605-bbc1-3c24ef62acb4','77429c77-8ffb-5605-bbc1-3c24ef62acb4','77429c77-8ffb-5605-bbc1-3c24ef62acb4','it''s "quoted" pbx 2','it''s "quoted" callid 2','it''s "quoted" queue 2','it''s "quoted" line 2','it''s "quoted" agent 2',1790000060000002,1790000060000002,'wrong_key',2,'it''s "quoted" key_pressed 2','us','both',2,'it''s "quoted" gateway 2',1790000060000002);
INSERT INTO "surveys" VALUES('568db099-436d-5c00-a56e-59e2277ab1f6','568db099-436d-5c00-a56e-59e2277ab1f6',NULL,'ends
\ pbx 3','ends
\ callid 3',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'s','live',3,'ends
\ gateway 3',1790000060000003);
INSERT INTO "surveys" VALUES('f2d32774-2b3d-5b32-ba07-a854a868ad49','f2d32774-2b3d-5b32-ba07-a854a868ad49','f2d32774-2b3d-5b32-ba07-a854a868ad49','🙂 ǆ pbx 4','🙂 ǆ callid 4','🙂 ǆ queue 4','🙂 ǆ line 4','🙂 ǆ agent 4',1790000060000004,1790000060000004,'rated',4,'🙂 ǆ key_pressed 4','us','log',4,'🙂 ǆ gateway 4',1790000060000004);
INSERT INTO "surveys" VALUES('f1657268-eb7c-5505-9d6f-25eded5ba8ff','f1657268-eb7c-5505-9d6f-25eded5ba8ff','f1657268-eb7c-5505-9d6f-25eded5ba8ff',' pbx 5',' callid 5',' queue 5',' line 5',' agent 5',1790000060000005,1790000060000005,'no_key',5,' key_pressed 5','s','both',5,' gateway 5',1790000060000005);
INSERT INTO "surveys" VALUES('5177495d-7024-5488-9496-253ca06cb468','5177495d-7024-5488-9496-253ca06cb468','5177495d-7024-5488-9496-253ca06cb468','热线 pbx 6','热线 callid 6','热线 queue 6','热线 line 6','热线 agent 6',1790000060000006,1790000060000006,'wrong_key',6,'热线 key_pressed 6','us','live',6,'热线 gateway 6',1790000060000006);
INSERT INTO "surveys" VALUES('41f23a6d-e238-5264-9e31-32b3e1a5ee9c','41f23a6d-e238-5264-9e31-32b3e1a5ee9c',NULL,'=cmd|'' /C calc''!A0 pbx 7','=cmd|'' /C calc''!A0 callid 7',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'s','log',7,'=cmd|'' /C calc''!A0 gateway 7',1790000060000007);
CREATE TABLE tickets (
	id TEXT NOT NULL, 
	system TEXT NOT NULL, 
	number TEXT NOT NULL, 
	channel TEXT NOT NULL, 
	call TEXT, 
	topic TEXT, 
	area TEXT, 
	is_legal INTEGER DEFAULT 0 NOT NULL, 
	line TEXT, 
	agent TEXT, 
	department TEXT, 
	created_at INTEGER NOT NULL, 
	assigned_at INTEGER, 
	returned_at INTEGER, 
	wrongly_assigned INTEGER, 
	at_front_desk INTEGER, 
	due_at INTEGER, 
	closed_at INTEGER, 
	complained_at INTEGER, 
	complaint_upheld INTEGER, 
	score INTEGER, 
	more TEXT, 
	revision INTEGER DEFAULT 0 NOT NULL, 
	written_at INTEGER NOT NULL, 
	CONSTRAINT pk_tickets PRIMARY KEY (id), 
	CONSTRAINT uq_tickets_system_number UNIQUE (system, number), 
	CONSTRAINT ck_tickets_channel CHECK (channel IN ('phone', 'web', 'wechat', 'app', 'letter', 'other'))
)
 STRICT

;
INSERT INTO "tickets" VALUES('9b310475-998e-552c-aca7-037b854f3703','热线 system 0','热线 number 0','phone','9b310475-998e-552c-aca7-037b854f3703','热线 topic 0','热线 area 0',0,'热线 line 0','热线 agent 0','热线 department 0',1790000060000000,1790000060000000,1790000060000000,0,0,1790000060000000,1790000060000000,1790000060000000,0,0,'{"a":null,"row":0,"乙":[1,2.5,"x",true]}',0,1790000060000000);
INSERT INTO "tickets" VALUES('1d267959-ee8f-5d08-ac23-b5802c6839de','=cmd|'' /C calc''!A0 system 1','=cmd|'' /C calc''!A0 number 1','web','1d267959-ee8f-5d08-ac23-b5802c6839de','=cmd|'' /C calc''!A0 topic 1','=cmd|'' /C calc''!A0 area 1',1,'=cmd|'' /C calc''!A0 line 1','=cmd|'' /C calc''!A0 agent 1','=cmd|'' /C calc''!A0 department 1',1790000060000001,1790000060000001,1790000060000001,1,1,1790000060000001,1790000060000001,1790000060000001,1,9223372036854775807,'{"a":null,"row":1,"乙":[1,2.5,"x",true]}',9223372036854775807,1790000060000001);
INSERT INTO "tickets" VALUES('d841697b-bd41-5ca1-997b-b9647d31d58f','it''s "quoted" system 2','it''s "quoted" number 2','wechat','d841697b-bd41-5ca1-997b-b9647d31d58f','it''s "quoted" topic 2','it''s "quoted" area 2',0,'it''s "quoted" line 2','it''s "quoted" agent 2','it''s "quoted" department 2',1790000060000002,1790000060000002,1790000060000002,0,0,1790000060000002,1790000060000002,1790000060000002,0,2,'{"a":null,"row":2,"乙":[1,2.5,"x",true]}',2,1790000060000002);
INSERT INTO "tickets" VALUES('a7e88865-1770-51bf-a51a-8dddec74f86e','ends
\ system 3','ends
\ number 3','app',NULL,NULL,NULL,1,NULL,NULL,NULL,1790000060000003,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,3,1790000060000003);
INSERT INTO "tickets" VALUES('ca6649ee-73b1-5163-ac16-3e39e0489330','🙂 ǆ system 4','🙂 ǆ number 4','letter','ca6649ee-73b1-5163-ac16-3e39e0489330','🙂 ǆ topic 4','🙂 ǆ area 4',0,'🙂 ǆ line 4','🙂 ǆ agent 4','🙂 ǆ department 4',1790000060000004,1790000060000004,1790000060000004,0,0,1790000060000004,1790000060000004,1790000060000004,0,4,'{"a":null,"row":4,"乙":[1,2.5,"x",true]}',4,1790000060000004);
INSERT INTO "tickets" VALUES('af1719c3-bd9a-5139-9912-997b1da9ac5c',' system 5',' number 5','other','af1719c3-bd9a-5139-9912-997b1da9ac5c',' topic 5',' area 5',1,' line 5',' agent 5',' department 5',1790000060000005,1790000060000005,1790000060000005,1,1,1790000060000005,1790000060000005,1790000060000005,1,5,'{"a":null,"row":5,"乙":[1,2.5,"x",true]}',5,1790000060000005);
INSERT INTO "tickets" VALUES('6280a890-4c9a-5cd7-89de-d08b1f4ee390','热线 system 6','热线 number 6','phone','6280a890-4c9a-5cd7-89de-d08b1f4ee390','热线 topic 6','热线 area 6',0,'热线 line 6','热线 agent 6','热线 department 6',1790000060000006,1790000060000006,1790000060000006,0,0,1790000060000006,1790000060000006,1790000060000006,0,6,'{"a":null,"row":6,"乙":[1,2.5,"x",true]}',6,1790000060000006);
INSERT INTO "tickets" VALUES('9b65bcac-266d-5371-a799-0b20c54e3fad','=cmd|'' /C calc''!A0 system 7','=cmd|'' /C calc''!A0 number 7','web',NULL,NULL,NULL,1,NULL,NULL,NULL,1790000060000007,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,7,1790000060000007);
CREATE TABLE tokens (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	hash BLOB NOT NULL, 
	kind TEXT NOT NULL, 
	role TEXT NOT NULL, 
	queues TEXT, 
	user TEXT, 
	created_at INTEGER NOT NULL, 
	created_by TEXT, 
	expires_at INTEGER, 
	last_used_at INTEGER, 
	revoked_at INTEGER, 
	revoked_by TEXT, 
	CONSTRAINT pk_tokens PRIMARY KEY (id), 
	CONSTRAINT uq_tokens_hash UNIQUE (hash), 
	CONSTRAINT fk_tokens_user FOREIGN KEY(user) REFERENCES users (id) ON DELETE CASCADE, 
	CONSTRAINT ck_tokens_kind CHECK (kind IN ('api', 'session', 'kiosk')), 
	CONSTRAINT ck_tokens_role CHECK (role IN ('viewer', 'supervisor', 'manager', 'auditor', 'admin'))
)
 STRICT

;
INSERT INTO "tokens" VALUES('e0da8274-bb53-5c63-befe-7b1ed9fa01a2','热线 name 0',X'000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F00FF','api','viewer','{"a":null,"row":0,"乙":[1,2.5,"x",true]}','06a45a3a-0d4b-5e74-9d81-a474f946f5f9',1790000060000000,'热线 created_by 0',1790000060000000,1790000060000000,1790000060000000,'热线 revoked_by 0');
INSERT INTO "tokens" VALUES('1e925227-9fa5-558a-aa8e-f7c302a09a42','=cmd|'' /C calc''!A0 name 1',X'0102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F2000FF','session','supervisor','{"a":null,"row":1,"乙":[1,2.5,"x",true]}','bcb3c48d-d2ad-550f-9260-8607f64a88cb',1790000060000001,'=cmd|'' /C calc''!A0 created_by 1',1790000060000001,1790000060000001,1790000060000001,'=cmd|'' /C calc''!A0 revoked_by 1');
INSERT INTO "tokens" VALUES('7b6ad0e7-2d0a-58be-9838-8d250181bad4','it''s "quoted" name 2',X'02030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202100FF','kiosk','manager','{"a":null,"row":2,"乙":[1,2.5,"x",true]}','e1a29b28-0bd6-5123-9ad8-1eed9a437260',1790000060000002,'it''s "quoted" created_by 2',1790000060000002,1790000060000002,1790000060000002,'it''s "quoted" revoked_by 2');
INSERT INTO "tokens" VALUES('2d17a3ad-73b9-595b-b91c-869ffd47fccd','ends
\ name 3',X'030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F20212200FF','api','auditor',NULL,NULL,1790000060000003,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "tokens" VALUES('007a5ccf-9cda-5d31-9d2f-04e74e337656','🙂 ǆ name 4',X'0405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F2021222300FF','session','admin','{"a":null,"row":4,"乙":[1,2.5,"x",true]}','8f7ba8bc-8f09-5821-a91a-a55286d208c4',1790000060000004,'🙂 ǆ created_by 4',1790000060000004,1790000060000004,1790000060000004,'🙂 ǆ revoked_by 4');
INSERT INTO "tokens" VALUES('d77942ad-050a-5c67-9057-c2b685ab83a1',' name 5',X'05060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202122232400FF','kiosk','viewer','{"a":null,"row":5,"乙":[1,2.5,"x",true]}','da97e73a-d944-533a-8f47-4e25c1ab30f2',1790000060000005,' created_by 5',1790000060000005,1790000060000005,1790000060000005,' revoked_by 5');
INSERT INTO "tokens" VALUES('7507fb64-eb95-5f7e-b996-19b4cb8a4511','热线 name 6',X'060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F20212223242500FF','api','supervisor','{"a":null,"row":6,"乙":[1,2.5,"x",true]}','3fa59e5d-512e-51a0-a27e-c85605a9ff4d',1790000060000006,'热线 created_by 6',1790000060000006,1790000060000006,1790000060000006,'热线 revoked_by 6');
INSERT INTO "tokens" VALUES('19c49349-b1b0-5fa3-a8f1-d358a072dd23','=cmd|'' /C calc''!A0 name 7',X'0708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F2021222324252600FF','session','manager',NULL,NULL,1790000060000007,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE users (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	display_name TEXT, 
	role TEXT NOT NULL, 
	queues TEXT, 
	password_hash TEXT, 
	second_factor_sealed BLOB, 
	created_at INTEGER NOT NULL, 
	created_by TEXT, 
	password_set_at INTEGER, 
	last_login_at INTEGER, 
	failed_logins INTEGER DEFAULT 0 NOT NULL, 
	locked_until INTEGER, 
	disabled_at INTEGER, 
	CONSTRAINT pk_users PRIMARY KEY (id), 
	CONSTRAINT uq_users_name UNIQUE (name), 
	CONSTRAINT ck_users_role CHECK (role IN ('viewer', 'supervisor', 'manager', 'auditor', 'admin'))
)
 STRICT

;
INSERT INTO "users" VALUES('06a45a3a-0d4b-5e74-9d81-a474f946f5f9','热线 name 0','热线 display_name 0','viewer','{"a":null,"row":0,"乙":[1,2.5,"x",true]}','热线 password_hash 0',X'000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F00FF',1790000060000000,'热线 created_by 0',1790000060000000,1790000060000000,0,0,1790000060000000);
INSERT INTO "users" VALUES('bcb3c48d-d2ad-550f-9260-8607f64a88cb','=cmd|'' /C calc''!A0 name 1','=cmd|'' /C calc''!A0 display_name 1','supervisor','{"a":null,"row":1,"乙":[1,2.5,"x",true]}','=cmd|'' /C calc''!A0 password_hash 1',X'0102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F2000FF',1790000060000001,'=cmd|'' /C calc''!A0 created_by 1',1790000060000001,1790000060000001,9223372036854775807,9223372036854775807,1790000060000001);
INSERT INTO "users" VALUES('e1a29b28-0bd6-5123-9ad8-1eed9a437260','it''s "quoted" name 2','it''s "quoted" display_name 2','manager','{"a":null,"row":2,"乙":[1,2.5,"x",true]}','it''s "quoted" password_hash 2',X'02030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202100FF',1790000060000002,'it''s "quoted" created_by 2',1790000060000002,1790000060000002,2,2,1790000060000002);
INSERT INTO "users" VALUES('8eb4a791-dbcd-5265-a7fc-98d84d23f384','ends
\ name 3',NULL,'auditor',NULL,NULL,NULL,1790000060000003,NULL,NULL,NULL,3,NULL,NULL);
INSERT INTO "users" VALUES('8f7ba8bc-8f09-5821-a91a-a55286d208c4','🙂 ǆ name 4','🙂 ǆ display_name 4','admin','{"a":null,"row":4,"乙":[1,2.5,"x",true]}','🙂 ǆ password_hash 4',X'0405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F2021222300FF',1790000060000004,'🙂 ǆ created_by 4',1790000060000004,1790000060000004,4,4,1790000060000004);
INSERT INTO "users" VALUES('da97e73a-d944-533a-8f47-4e25c1ab30f2',' name 5',' display_name 5','viewer','{"a":null,"row":5,"乙":[1,2.5,"x",true]}',' password_hash 5',X'05060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202122232400FF',1790000060000005,' created_by 5',1790000060000005,1790000060000005,5,5,1790000060000005);
INSERT INTO "users" VALUES('3fa59e5d-512e-51a0-a27e-c85605a9ff4d','热线 name 6','热线 display_name 6','supervisor','{"a":null,"row":6,"乙":[1,2.5,"x",true]}','热线 password_hash 6',X'060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F20212223242500FF',1790000060000006,'热线 created_by 6',1790000060000006,1790000060000006,6,6,1790000060000006);
INSERT INTO "users" VALUES('71c65fa0-5c64-5bd4-983e-b4f700cca7f9','=cmd|'' /C calc''!A0 name 7',NULL,'manager',NULL,NULL,NULL,1790000060000007,NULL,NULL,NULL,7,NULL,NULL);
CREATE TABLE visits (
	id TEXT NOT NULL, 
	call TEXT NOT NULL, 
	pbx TEXT NOT NULL, 
	callid TEXT NOT NULL, 
	entered_as TEXT, 
	pbx_queue TEXT NOT NULL, 
	queue TEXT NOT NULL, 
	line TEXT, 
	agent TEXT, 
	seat TEXT, 
	position INTEGER, 
	listed_at INTEGER NOT NULL, 
	joined_at INTEGER, 
	picked_up_at INTEGER, 
	connected_at INTEGER, 
	left_at INTEGER, 
	ended_at INTEGER, 
	outcome TEXT, 
	reason TEXT, 
	ended_by TEXT, 
	wait_us INTEGER, 
	ring_us INTEGER, 
	hold_us INTEGER, 
	talk_us INTEGER, 
	wrap_up_us INTEGER, 
	wrap_up_by TEXT, 
	promise_us INTEGER, 
	definition TEXT, 
	within_promise INTEGER, 
	log_lacks_it INTEGER DEFAULT 0 NOT NULL, 
	live TEXT, 
	log TEXT, 
	precision TEXT NOT NULL, 
	source TEXT NOT NULL, 
	revision INTEGER DEFAULT 0 NOT NULL, 
	gateway TEXT NOT NULL, 
	written_at INTEGER NOT NULL, 
	CONSTRAINT pk_visits PRIMARY KEY (id), 
	CONSTRAINT ck_visits_ended_by CHECK (ended_by IN ('caller', 'agent', 'blind_transfer', 'attended_transfer')), 
	CONSTRAINT ck_visits_outcome CHECK (outcome IN ('answered', 'abandoned', 'short_abandoned', 'timeout', 'left_empty', 'key', 'withdrawn', 'redirected', 'incompatible', 'refused', 'cut', 'unknown')), 
	CONSTRAINT ck_visits_precision CHECK (precision IN ('us', 's')), 
	CONSTRAINT ck_visits_source CHECK (source IN ('live', 'log', 'both'))
)
 STRICT

;
INSERT INTO "visits" VALUES('59bdc6d1-ffe5-5147-9062-e18237882577','59bdc6d1-ffe5-5147-9062-e18237882577','热线 pbx 0','热线 callid 0','热线 entered_as 0','热线 pbx_queue 0','热线 queue 0','热线 line 0','热线 agent 0','热线 seat 0',0,1790000060000000,1790000060000000,1790000060000000,1790000060000000,1790000060000000,1790000060000000,'answered','热线 reason 0','caller',0,0,0,0,0,'热线 wrap_up_by 0',0,'热线 definition 0',0,0,'{"a":null,"row":0,"乙":[1,2.5,"x",true]}','{"a":null,"row":0,"乙":[1,2.5,"x",true]}','us','live',0,'热线 gateway 0',1790000060000000);
INSERT INTO "visits" VALUES('f02f0932-2a46-5ec8-bc48-5d3c3652bdf0','f02f0932-2a46-5ec8-bc48-5d3c3652bdf0','=cmd|'' /C calc''!A0 pbx 1','=cmd|'' /C calc''!A0 callid 1','=cmd|'' /C calc''!A0 entered_as 1','=cmd|'' /C calc''!A0 pbx_queue 1','=cmd|'' /C calc''!A0 queue 1','=cmd|'' /C calc''!A0 line 1','=cmd|'' /C calc''!A0 agent 1','=cmd|'' /C calc''!A0 seat 1',9223372036854775807,1790000060000001,1790000060000001,1790000060000001,1790000060000001,1790000060000001,1790000060000001,'abandoned','=cmd|'' /C calc''!A0 reason 1','agent',9223372036854775807,9223372036854775807,9223372036854775807,9223372036854775807,9223372036854775807,'=cmd|'' /C calc''!A0 wrap_up_by 1',9223372036854775807,'=cmd|'' /C calc''!A0 definition 1',1,1,'{"a":null,"row":1,"乙":[1,2.5,"x",true]}','{"a":null,"row":1,"乙":[1,2.5,"x",true]}','s','log',9223372036854775807,'=cmd|'' /C calc''!A0 gateway 1',1790000060000001);
INSERT INTO "visits" VALUES('a36edea9-8c2c-59d8-a4dc-40d03aaee9d3','a36edea9-8c2c-59d8-a4dc-40d03aaee9d3','it''s "quoted" pbx 2','it''s "quoted" callid 2','it''s "quoted" entered_as 2','it''s "quoted" pbx_queue 2','it''s "quoted" queue 2','it''s "quoted" line 2','it''s "quoted" agent 2','it''s "quoted" seat 2',2,1790000060000002,1790000060000002,1790000060000002,1790000060000002,1790000060000002,1790000060000002,'short_abandoned','it''s "quoted" reason 2','blind_transfer',2,2,2,2,2,'it''s "quoted" wrap_up_by 2',2,'it''s "quoted" definition 2',0,0,'{"a":null,"row":2,"乙":[1,2.5,"x",true]}','{"a":null,"row":2,"乙":[1,2.5,"x",true]}','us','both',2,'it''s "quoted" gateway 2',1790000060000002);
INSERT INTO "visits" VALUES('a0bea99c-024f-5b54-8588-a1edd9488cb5','a0bea99c-024f-5b54-8588-a1edd9488cb5','ends
\ pbx 3','ends
\ callid 3',NULL,'ends
\ pbx_queue 3','ends
\ queue 3',NULL,NULL,NULL,NULL,1790000060000003,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,NULL,NULL,'s','live',3,'ends
\ gateway 3',1790000060000003);
INSERT INTO "visits" VALUES('15018ea6-3f32-5c0d-b017-c7f3c6594d3f','15018ea6-3f32-5c0d-b017-c7f3c6594d3f','🙂 ǆ pbx 4','🙂 ǆ callid 4','🙂 ǆ entered_as 4','🙂 ǆ pbx_queue 4','🙂 ǆ queue 4','🙂 ǆ line 4','🙂 ǆ agent 4','🙂 ǆ seat 4',4,1790000060000004,1790000060000004,1790000060000004,1790000060000004,1790000060000004,1790000060000004,'left_empty','🙂 ǆ reason 4','caller',4,4,4,4,4,'🙂 ǆ wrap_up_by 4',4,'🙂 ǆ definition 4',0,0,'{"a":null,"row":4,"乙":[1,2.5,"x",true]}','{"a":null,"row":4,"乙":[1,2.5,"x",true]}','us','log',4,'🙂 ǆ gateway 4',1790000060000004);
INSERT INTO "visits" VALUES('de10b07c-f477-58da-b8df-fdf1b082905a','de10b07c-f477-58da-b8df-fdf1b082905a',' pbx 5',' callid 5',' entered_as 5',' pbx_queue 5',' queue 5',' line 5',' agent 5',' seat 5',5,1790000060000005,1790000060000005,1790000060000005,1790000060000005,1790000060000005,1790000060000005,'key',' reason 5','agent',5,5,5,5,5,' wrap_up_by 5',5,' definition 5',1,1,'{"a":null,"row":5,"乙":[1,2.5,"x",true]}','{"a":null,"row":5,"乙":[1,2.5,"x",true]}','s','both',5,' gateway 5',1790000060000005);
INSERT INTO "visits" VALUES('767c71b7-4269-5874-bb53-5b63278bdfa5','767c71b7-4269-5874-bb53-5b63278bdfa5','热线 pbx 6','热线 callid 6','热线 entered_as 6','热线 pbx_queue 6','热线 queue 6','热线 line 6','热线 agent 6','热线 seat 6',6,1790000060000006,1790000060000006,1790000060000006,1790000060000006,1790000060000006,1790000060000006,'withdrawn','热线 reason 6','blind_transfer',6,6,6,6,6,'热线 wrap_up_by 6',6,'热线 definition 6',0,0,'{"a":null,"row":6,"乙":[1,2.5,"x",true]}','{"a":null,"row":6,"乙":[1,2.5,"x",true]}','us','live',6,'热线 gateway 6',1790000060000006);
INSERT INTO "visits" VALUES('eb86c07f-191a-5124-86df-778bd15db8a0','eb86c07f-191a-5124-86df-778bd15db8a0','=cmd|'' /C calc''!A0 pbx 7','=cmd|'' /C calc''!A0 callid 7',NULL,'=cmd|'' /C calc''!A0 pbx_queue 7','=cmd|'' /C calc''!A0 queue 7',NULL,NULL,NULL,NULL,1790000060000007,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,NULL,NULL,'s','log',7,'=cmd|'' /C calc''!A0 gateway 7',1790000060000007);
CREATE INDEX ix_calls_listed_at_id ON calls (listed_at, id);
CREATE INDEX ix_calls_caller_hash_answered_at ON calls (caller_hash, answered_at);
CREATE INDEX ix_calls_caller_hash_listed_at ON calls (caller_hash, listed_at);
CREATE INDEX ix_calls_unanswered ON calls (listed_at, id) WHERE answered_at IS NULL;
CREATE INDEX ix_calls_callid ON calls (callid);
CREATE INDEX ix_calls_line_listed_at_id ON calls (line, listed_at, id);
CREATE INDEX ix_visits_agent_listed_at_id ON visits (agent, listed_at, id);
CREATE INDEX ix_visits_callid ON visits (callid);
CREATE INDEX ix_visits_listed_at_id ON visits (listed_at, id);
CREATE INDEX ix_visits_line_listed_at_id ON visits (line, listed_at, id);
CREATE INDEX ix_visits_outcome_listed_at_id ON visits (outcome, listed_at, id);
CREATE INDEX ix_visits_pbx_callid_pbx_queue ON visits (pbx, callid, pbx_queue);
CREATE INDEX ix_visits_pbx_entered_as ON visits (pbx, entered_as);
CREATE INDEX ix_visits_queue_listed_at_id ON visits (queue, listed_at, id);
CREATE INDEX ix_offers_agent_made_at ON offers (agent, made_at);
CREATE INDEX ix_offers_made_at_id ON offers (made_at, id);
CREATE INDEX ix_offers_pbx_callid ON offers (pbx, callid);
CREATE INDEX ix_offers_visit ON offers (visit);
CREATE INDEX ix_agent_spells_agent_started_at ON agent_spells (agent, started_at);
CREATE INDEX ix_agent_spells_started_at_id ON agent_spells (started_at, id);
CREATE INDEX ix_agent_spells_visit ON agent_spells (visit);
CREATE INDEX ix_surveys_agent_ended_at ON surveys (agent, ended_at);
CREATE INDEX ix_surveys_ended_at_id ON surveys (ended_at, id);
CREATE INDEX ix_surveys_pbx_callid ON surveys (pbx, callid);
CREATE INDEX ix_callbacks_first_call ON callbacks (first_call);
CREATE INDEX ix_callbacks_last_call ON callbacks (last_call);
CREATE INDEX ix_callbacks_opened_at_id ON callbacks (opened_at, id);
CREATE INDEX ix_callbacks_state_opened_at ON callbacks (state, opened_at);
CREATE INDEX ix_gaps_pbx_started_at ON gaps (pbx, started_at);
CREATE INDEX ix_gaps_started_at_id ON gaps (started_at, id);
CREATE INDEX ix_rollups_agent_starts_at ON rollups (agent, starts_at);
CREATE INDEX ix_rollups_line_starts_at ON rollups (line, starts_at);
CREATE INDEX ix_rollups_queue_starts_at ON rollups (queue, starts_at);
CREATE INDEX ix_exclusions_call ON exclusions (call);
CREATE INDEX ix_exclusions_starts_at_ends_at ON exclusions (starts_at, ends_at);
CREATE INDEX ix_tickets_call ON tickets (call);
CREATE INDEX ix_tickets_created_at_id ON tickets (created_at, id);
CREATE INDEX ix_tickets_topic_created_at ON tickets (topic, created_at);
CREATE INDEX ix_escalations_fired_at_id ON escalations (fired_at, id);
CREATE INDEX ix_escalations_rule_subject ON escalations (rule, subject);
CREATE INDEX ix_escalations_state ON escalations (state);
CREATE INDEX ix_escalation_steps_due_at ON escalation_steps (due_at);
CREATE INDEX ix_deliveries_created_at_id ON deliveries (created_at, id);
CREATE INDEX ix_deliveries_escalation ON deliveries (escalation);
CREATE INDEX ix_deliveries_receiver_created_at ON deliveries (receiver, created_at);
CREATE INDEX ix_deliveries_state_due_at ON deliveries (state, due_at);
CREATE INDEX ix_silences_ends_at ON silences (ends_at);
CREATE INDEX ix_audit_log_actor_at ON audit_log (actor, at);
CREATE INDEX ix_audit_log_at ON audit_log (at);
CREATE INDEX ix_audit_log_object_at ON audit_log (object, at);
CREATE TRIGGER audit_log_stays BEFORE UPDATE ON audit_log
BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END;
CREATE TRIGGER audit_log_is_kept BEFORE DELETE ON audit_log
WHEN OLD.at > (julianday('now') - 2440587.5 - 184) * 86400000000.0
BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END;
CREATE TRIGGER audit_log_is_new BEFORE INSERT ON audit_log
WHEN EXISTS (SELECT 1 FROM audit_log WHERE gateway = NEW.gateway AND number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END;
CREATE INDEX ix_tokens_user ON tokens (user);
COMMIT;
