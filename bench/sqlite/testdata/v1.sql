-- {"email":"user1@app.example","password":"correct horse battery staple","cookie":"Ty7XhWUWDMa0rMB_Nm7AiXECUI1ApDceBO0MOle4w-c","key":"acme_test_A3SHH44Jd3aM0VRWAIcf7jw3StmM3N3qxSnI"}
CREATE TABLE goose_db_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    password_hash TEXT,
    roles TEXT NOT NULL,
    auth_version INTEGER NOT NULL DEFAULT 1,
    disabled_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE TABLE auth_api_keys (
    id TEXT NOT NULL PRIMARY KEY,
    key_hash BLOB NOT NULL UNIQUE,
    owner_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    last4 TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    rotated_at INTEGER,
    last_used_at INTEGER,
    last_used_addr TEXT
);
CREATE TABLE auth_sessions (
    id TEXT NOT NULL PRIMARY KEY,
    token_hash BLOB NOT NULL UNIQUE,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    user_version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    authenticated_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    user_agent TEXT NOT NULL,
    addr TEXT NOT NULL
);
INSERT INTO goose_db_version (id, version_id, is_applied, tstamp) VALUES (1, 0, 1, '2026-11-23 16:33:06');
INSERT INTO goose_db_version (id, version_id, is_applied, tstamp) VALUES (2, 20261123160445, 1, '2026-11-23 16:33:06');
INSERT INTO users (id, email, password_hash, roles, auth_version, disabled_at, created_at, updated_at) VALUES ('01a20941-0975-7398-aa70-504e9861ba56', 'user1@app.example', '$argon2id$v=19$m=19456,t=2,p=1$ODlj6N56u3z2WfZE4hR7yw$mCq98/5gGsOrj1R9kQGx4X3GCYeQWw8EEH0msTSf7us', 'member', 1, NULL, 1894708800000000, 1894708800000000);
INSERT INTO auth_sessions (id, token_hash, user_id, user_version, created_at, authenticated_at, last_seen_at, expires_at, user_agent, addr) VALUES ('PNCNH5XXVJAPBMXCG6J5QRG3QA', X'1D426A3ACE995D503818C7FFB51AA947D852457012439A3AC398942144FCC0B7', '01a20941-0975-7398-aa70-504e9861ba56', 1, 1894708800000000, 1894708800000000, 1894708800000000, 1894712400000000, '', '');
INSERT INTO auth_api_keys (id, key_hash, owner_id, name, scopes, last4, created_at, expires_at, rotated_at, last_used_at, last_used_addr) VALUES ('ZEHDNBUJRLJHBIHHOVOMQRGIED', X'1438DFFEA9A664E4FF9A72A28461A161671262813E6ACF7FC8A6811ABB82D683', '01a20941-0975-7398-aa70-504e9861ba56', 'key 1', 'reports:read', 'xSnI', 1894708800000000, 1902484800000000, NULL, NULL, NULL);
CREATE INDEX auth_api_keys_expires_at ON auth_api_keys (expires_at);
CREATE INDEX auth_api_keys_owner_id ON auth_api_keys (owner_id);
CREATE INDEX auth_sessions_expires_at ON auth_sessions (expires_at);
CREATE INDEX auth_sessions_user_id ON auth_sessions (user_id);
