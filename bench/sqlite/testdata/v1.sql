-- {"email":"user1@app.example","password":"correct horse battery staple","cookie":"6z4SIY1Y_8oVRmHUn38RCxSmJWVliEH4qKuXFS4qjRg","key":"sk_live_JB6pVd8fxNGlAeeTBwo4hOI28hHDz43fx9CY"}
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
INSERT INTO goose_db_version (id, version_id, is_applied, tstamp) VALUES (1, 0, 1, '2026-11-23 16:11:11');
INSERT INTO goose_db_version (id, version_id, is_applied, tstamp) VALUES (2, 20261123160445, 1, '2026-11-23 16:11:11');
INSERT INTO users (id, email, password_hash, roles, auth_version, disabled_at, created_at, updated_at) VALUES ('01a2092c-f81c-7efb-8a1d-cade383d6c6d', 'user1@app.example', '$argon2id$v=19$m=19456,t=2,p=1$8uMwvcr8Lj0ACyyqXQVRLA$A8KlUUwHRA0FKmowm83tTXdgRJ6q/Cb6rIUt5GKzm6Y', 'member', 1, NULL, 1894708800000000, 1894708800000000);
INSERT INTO auth_sessions (id, token_hash, user_id, user_version, created_at, authenticated_at, last_seen_at, expires_at, user_agent, addr) VALUES ('TCEX7O6BA333ESZDGVBA5VKKBB', X'5EB23A487D0DB4CB71347F4E18A2D6431B865B74D643666F7B70C8A8D272A31A', '01a2092c-f81c-7efb-8a1d-cade383d6c6d', 1, 1894708800000000, 1894708800000000, 1894708800000000, 1894712400000000, '', '');
INSERT INTO auth_api_keys (id, key_hash, owner_id, name, scopes, last4, created_at, expires_at, rotated_at, last_used_at, last_used_addr) VALUES ('AQMP2DTJWORAUNBUYDD7ZAWZYF', X'63A2290F01C2B015A1468515351703C812430FBB16E88E0E4F34C731355B3DF4', '01a2092c-f81c-7efb-8a1d-cade383d6c6d', 'key 1', 'reports:read', 'x9CY', 1894708800000000, 1902484800000000, NULL, NULL, NULL);
CREATE INDEX auth_api_keys_expires_at ON auth_api_keys (expires_at);
CREATE INDEX auth_api_keys_owner_id ON auth_api_keys (owner_id);
CREATE INDEX auth_sessions_expires_at ON auth_sessions (expires_at);
CREATE INDEX auth_sessions_user_id ON auth_sessions (user_id);
