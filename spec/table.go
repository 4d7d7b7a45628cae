package spec

import (
	"regexp"
	"strings"
)

// tableForm is the name of a table in any database, which fits PostgreSQL's 63 bytes.
// Which of them a table can have depends on who made it.
func tableForm() form[string] {
	return textForm("a table name such as users (A-Z, a-z, 0-9 and _, not beginning with a digit, at most 63 characters)", `^[A-Za-z_][A-Za-z0-9_]*$`, 63, nil)
}

var plainTable = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// newTable says why a table that authgen makes cannot have the name: it shall need no
// quotes in any database, and belong to nobody else.
func newTable(name string) *fault {
	if wrong := existingTable(name); wrong != nil {
		return wrong
	}
	switch {
	case !plainTable.MatchString(name):
		return &fault{
			message: "expected a table name such as users (a-z, 0-9 and _, beginning with a letter), found " + quote(name),
			hint:    "for example table: users, or existing: true for a table that is there",
		}
	case strings.HasPrefix(name, "auth_"):
		return &fault{
			message: "expected a table of the application, found " + quote(name) + ": tables that begin with auth_ are authgen's own",
			hint:    "for example table: users, or existing: true for a table that is there",
		}
	case isSQLWord(name):
		return &fault{
			message: "expected a table name, found " + quote(name) + ", which is a reserved word in SQL",
			hint:    "write " + name + "s, or existing: true for a table that is there",
		}
	}
	return nil
}

// existingTable says why a table of the application's cannot have the name.
func existingTable(name string) *fault {
	folded := strings.ToLower(name)
	for _, owned := range ownedTables {
		if strings.HasPrefix(folded, owned.prefix) {
			return &fault{
				message: "expected a table of the application, found " + quote(name) + ": " + owned.why,
				hint:    "for example table: users",
			}
		}
	}
	return nil
}

// ownedTables are the names that an application's table cannot have.
var ownedTables = []struct{ prefix, why string }{
	{"auth_api_keys", "authgen keeps API keys there"},
	{"auth_clients", "authgen keeps OAuth clients there"},
	{"auth_events", "authgen keeps audit events there"},
	{"auth_identities", "authgen keeps accounts at providers there"},
	{"auth_limits", "authgen counts attempts there"},
	{"auth_refresh_families", "authgen keeps logins there"},
	{"auth_revoked_tokens", "authgen keeps revoked tokens there"},
	{"auth_schema_versions", "authgen keeps the state of migrations there"},
	{"auth_sessions", "authgen keeps sessions there"},
	{"auth_used_values", "authgen keeps what was used there"},
	{"sqlite_", "SQLite keeps names that begin with sqlite_ to itself"},
	{"pg_", "PostgreSQL keeps names that begin with pg_ to itself"},
	{"goose_db_version", "goose keeps its state there"},
	{"schema_migrations", "golang-migrate and dbmate keep their state there"},
	{"atlas_schema_revisions", "atlas keeps its state there"},
}

// isSQLWord reports whether name is reserved in one of the databases that
// specs choose from: a spec should not have to rename its table to
// change the database.
func isSQLWord(name string) bool {
	return strings.Contains(sqlWords, " "+name+" ")
}

// sqlWords are the words that SQLite, PostgreSQL, MySQL or MariaDB reserve, and those of
// their keywords that cannot stand everywhere.
const sqlWords = " abort accessible action add after all alter always analyse analyze and any array as asc asensitive asymmetric attach " +
	"authorization autoincrement before begin between bigint binary blob both by call cascade case cast change char character " +
	"check collate collation column commit concurrently condition conflict constraint continue conversion convert create cross " +
	"cube cume_dist current current_catalog current_date current_role current_schema current_time current_timestamp current_user " +
	"cursor database databases day_hour day_microsecond day_minute day_second dec decimal declare default deferrable deferred " +
	"delayed delete delete_domain_id dense_rank desc describe detach deterministic distinct distinctrow div do do_domain_ids " +
	"double drop dual each else elseif empty enclosed end escape escaped except exclude exclusive exists exit explain external " +
	"fail false fetch filter first first_value float float4 float8 following for force foreign freeze from full fulltext function " +
	"general generated get glob grant group grouping groups having high_priority hour_microsecond hour_minute hour_second if " +
	"ignore ignore_domain_ids ignore_server_ids ilike immediate in index indexed infile initially inner inout insensitive insert " +
	"instead int int1 int2 int3 int4 int8 integer intersect interval into io_after_gtids io_before_gtids is isnull iterate join " +
	"json_table key keys kill lag last last_value lateral lead leading leave left library like limit linear lines load localtime " +
	"localtimestamp lock long longblob longtext loop low_priority manual master_bind master_demote_to_replica " +
	"master_demote_to_slave master_heartbeat_period master_ssl_verify_server_cert match materialized maxvalue mediumblob " +
	"mediumint mediumtext middleint minute_microsecond minute_second mod modifies natural no no_write_to_binlog not nothing " +
	"notnull nth_value ntile null nulls numeric of offset on only optimize optimizer_costs option optionally or order others out " +
	"outer outfile over overlaps page_checksum parallel parse_vcol_expr partition percent_rank placing plan portion pragma " +
	"preceding precision primary procedure purge qualify query raise range rank read read_write reads real recursive " +
	"ref_system_id references regexp reindex release rename repeat replace require resignal restrict return returning revoke " +
	"right rlike rollback row row_number rownum rows savepoint schema schemas second_microsecond select sensitive separator " +
	"session_user set show signal similar slow smallint some spatial specific sql sql_big_result sql_buffer_result sql_cache " +
	"sql_calc_found_rows sql_no_cache sql_small_result sqlexception sqlstate sqlwarning ssl st_collect starting stats_auto_recalc " +
	"stats_persistent stats_sample_pages stored straight_join symmetric system system_user table tables tablesample temp " +
	"temporary terminated then ties tinyblob tinyint tinytext to to_date trailing transaction trigger true unbounded undo union " +
	"unique unlock unsigned update usage use user using utc_date utc_time utc_timestamp vacuum value values varbinary varchar " +
	"varcharacter variadic varying vector verbose view virtual when where while window with within without write xor year_month " +
	"zerofill "
