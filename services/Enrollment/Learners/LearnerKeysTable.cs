using Tremplin.Defaults;
using Weasel.Core;
using Weasel.Postgresql;
using Weasel.Postgresql.Tables;

namespace Tremplin.Enrollment.Learners;

/// <summary>The schema of the database of the learners' keys. It is only read to make its patches (<c>deploy/postgres/keys</c>).</summary>
public static class LearnerKeysTable
{
    /// <summary>The table, and how it is kept clear of what was destroyed.</summary>
    public static IReadOnlyList<ISchemaObject> Schema()
    {
        var table = new Table(new PostgresqlObjectName("public", "learner_keys", SchemaUtils.IdentifierUsage.General));
        table.AddColumn("fingerprint", "bytea").AsPrimaryKey();
        table.AddColumn("learner_id", "uuid").NotNull().AddIndex(index => index.IsUnique = true);
        table.AddColumn("wrapped_key", "bytea").NotNull();
        // While an erasure waits for the end of a legal hold nobody is given the key.
        table.AddColumn("withheld", "boolean").NotNull().DefaultValueByExpression("false");
        // By what a learner is found again; gone with the key.
        var marks = new Table(new PostgresqlObjectName("public", "learner_marks", SchemaUtils.IdentifierUsage.General));
        marks.AddColumn("mark", "bytea").AsPrimaryKey();
        marks.AddColumn("learner_id", "uuid").AsPrimaryKey().ForeignKeyTo(
            table, "learner_id", "fkey_learner_marks_learner_id", Weasel.Core.CascadeAction.Cascade, Weasel.Core.CascadeAction.NoAction).AddIndex();
        // What is left of a destroyed key is cleared away at autovacuum's next look, in the table and in its indexes. Only the
        // owner could ask for that before PostgreSQL 17. A new learner leads to a look as well: a crash forgets what is due.
        return [table, Cleared("learner_keys"), marks, Cleared("learner_marks")];
    }

    private static InSql Cleared(string table) => new(
        "public", $"{table}_cleared",
        $"ALTER TABLE {table} SET (autovacuum_enabled = true, vacuum_index_cleanup = on, "
        + "autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_insert_threshold = 0, autovacuum_vacuum_insert_scale_factor = 0)",
        $"FROM pg_class WHERE oid = to_regclass('public.{table}') AND reloptions @> '{{vacuum_index_cleanup=on,autovacuum_vacuum_threshold=0}}'");
}
