package spec

import "strings"

// tableForm is a table name that needs no quotes in any database, belongs to
// no tool, and fits PostgreSQL's 63 bytes.
func tableForm() form[string] {
	const what = "a table name such as users (a-z, 0-9 and _, beginning with a letter, at most 63 characters)"

	return textForm(what, `^[a-z][a-z0-9_]*$`, 63, func(name string) *fault {
		for _, owned := range ownedTables {
			if strings.HasPrefix(name, owned.prefix) {
				return &fault{message: "expected a table of the application, found " + quote(name) + ": " + owned.why}
			}
		}
		if isSQLWord(name) {
			return &fault{message: "expected a table name, found " + quote(name) + ", which is a reserved word in SQL", try: name + "s"}
		}
		return nil
	})
}

// ownedTables are the names that an application's table cannot have.
var ownedTables = []struct{ prefix, why string }{
	{"auth_", "tables that begin with auth_ are authgen's own"},
	{"sqlite_", "SQLite keeps names that begin with sqlite_ to itself"},
	{"pg_", "PostgreSQL keeps names that begin with pg_ to itself"},
	{"goose_db_version", "goose keeps its state there"},
}

// isSQLWord reports whether name is reserved in one of the databases that
// specs choose from or will: a spec should not have to rename its table to
// change the database.
func isSQLWord(name string) bool {
	return strings.Contains(sqlWords, " "+name+" ")
}

// sqlWords are the words that SQLite, PostgreSQL or MySQL reserve.
const sqlWords = " abort accessible add all alter always analyse analyze and any array as asc asensitive asymmetric attach " +
	"authorization autoincrement before begin between bigint binary blob both by call cascade case cast change char character " +
	"check collate collation column commit concurrently condition conflict constraint continue convert create cross cube cume_dist " +
	"current_catalog current_date current_role current_schema current_time current_timestamp current_user cursor database databases " +
	"day_hour day_microsecond day_minute day_second dec decimal declare default deferrable deferred delayed delete dense_rank desc " +
	"describe detach deterministic distinct distinctrow div do double drop dual each else elseif empty enclosed end escape escaped " +
	"except exclude exclusive exists exit explain fail false fetch first_value float float4 float8 for force foreign freeze from " +
	"full fulltext function generated get glob grant group grouping groups having high_priority hour_microsecond hour_minute " +
	"hour_second if ignore ilike immediate in index indexed infile initially inner inout insensitive insert instead int int1 int2 " +
	"int3 int4 int8 integer intersect interval into io_after_gtids io_before_gtids is isnull iterate join json_table key keys kill " +
	"lag last_value lateral lead leading leave left like limit linear lines load localtime localtimestamp lock long longblob " +
	"longtext loop low_priority manual master_bind master_ssl_verify_server_cert match materialized maxvalue mediumblob mediumint mediumtext " +
	"middleint minute_microsecond minute_second mod modifies natural no_write_to_binlog not nothing notnull nth_value ntile null " +
	"numeric of offset on only optimize optimizer_costs option optionally or order out outer outfile over overlaps parallel partition " +
	"percent_rank placing plan pragma precision primary procedure purge qualify query raise range rank read read_write reads real recursive " +
	"references regexp reindex release rename repeat replace require resignal restrict return returning revoke right rlike rollback " +
	"row row_number rows savepoint schema schemas second_microsecond select sensitive separator session_user set show signal similar " +
	"smallint some spatial specific sql sql_big_result sql_calc_found_rows sql_small_result sqlexception sqlstate sqlwarning ssl " +
	"starting stored straight_join symmetric system system_user table tables tablesample temp temporary terminated then tinyblob tinyint tinytext " +
	"to trailing transaction trigger true unbounded undo union unique unlock unsigned update usage use user using utc_date utc_time " +
	"utc_timestamp vacuum values varbinary varchar varcharacter variadic varying verbose view virtual when where while window with without " +
	"write xor year_month zerofill "
