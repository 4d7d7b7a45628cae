// Package spec is the input language of authgen: it reads an authgen.yaml and
// says either what it means, with every default made explicit, or everything
// that is wrong with it, each with a position, the key's path, what was
// expected and a way out.
//
// The language is one table of fields, in the language files. The decoder walks
// it and [Schema] prints it, so the two cannot differ. What no field can say of
// itself alone, because it takes two keys to contradict each other, stands in
// the check files.
//
// Specs are treated as hostile. Anything that YAML offers beyond plain
// mappings, lists and scalars is refused, and every text that a spec may carry
// further has a pattern of harmless ASCII: nothing accepted can end a comment,
// a string or a line of generated Go or SQL.
package spec
