package model

import (
	"github.com/authgen-go/authgen/generator/internal/migrate"
	"github.com/authgen-go/authgen/spec"
)

// An ID is how users are identified in Go and in the database.
type ID struct {
	Kind   spec.IDType
	Column migrate.Type
}

func buildID(t spec.IDType) ID {
	columns := map[spec.IDType]migrate.Type{
		spec.IDUUID:   migrate.UUID,
		spec.IDInt64:  migrate.Int64,
		spec.IDString: migrate.Text,
	}
	return ID{Kind: t, Column: columns[t]}
}

// ByDatabase reports whether the database assigns ids.
func (id ID) ByDatabase() bool { return id.Kind == spec.IDInt64 }
