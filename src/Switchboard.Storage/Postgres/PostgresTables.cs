using System.Security.Cryptography;
using Npgsql;
using Switchboard.Storage.Backup;

namespace Switchboard.Storage.Postgres;

/// <summary>A table as a backup writes and reads it: the columns by name, so that their places in the table say nothing, and the rows by key.</summary>
/// <param name="Schema">The schema it is in.</param>
/// <param name="Name">Its name.</param>
/// <param name="Columns">Its columns in the order of their names.</param>
/// <param name="Key">The columns of its key, in the order of bytes.</param>
internal sealed record PostgresTable(string Schema, string Name, IReadOnlyList<string> Columns, IReadOnlyList<string> Key)
{
    private const int chunk = 1 << 17;

    /// <summary>The table with its schema, as a statement names it.</summary>
    public string Qualified => $"{RowSecurity.Quote(Schema)}.{RowSecurity.Quote(Name)}";

    private string ColumnList => string.Join(", ", Columns.Select(RowSecurity.Quote));

    /// <summary>
    /// Copies all rows out in the server's text format, the names of the columns first. Two tables give the same bytes when they have the same rows, under the settings
    /// of <see cref="PostgresTables.BeginAsync"/>.
    /// </summary>
    public async Task<TableDigest> ExportAsync(NpgsqlConnection connection, Stream target, CancellationToken cancellationToken)
    {
        using TextReader reader = await connection.BeginTextExportAsync($"copy (select {ColumnList} from {Qualified} order by {string.Join(", ", Key)}) to stdout (format text, header)", cancellationToken);
        return await DigestAsync(Name, ((StreamReader)reader).BaseStream, target, cancellationToken);
    }

    /// <summary>Copies rows in. The server compares the names of the columns with those of the table.</summary>
    public async Task ImportAsync(NpgsqlConnection connection, Stream source, CancellationToken cancellationToken)
    {
        await using TextWriter writer = await connection.BeginTextImportAsync($"copy {Qualified} ({ColumnList}) from stdin (format text, header match)", cancellationToken);
        await source.CopyToAsync(((StreamWriter)writer).BaseStream, chunk, cancellationToken);
    }

    /// <summary>The number and the hash of the rows of a table that was copied out, which are copied on to a target.</summary>
    public static async Task<TableDigest> DigestAsync(string name, Stream source, Stream target, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[chunk];
        long lines = 0;
        int read;
        while ((read = await source.ReadAsync(buffer, cancellationToken)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            // A line end within a value is written as two other characters, so each one ends a row.
            lines += buffer.AsSpan(0, read).Count((byte)'\n');
            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        return new TableDigest(name, Math.Max(lines - 1, 0), Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}

/// <summary>The tables of an installation on the server, as its backups see them.</summary>
internal static class PostgresTables
{
    /// <summary>The tables of the model, and that of the migrations.</summary>
    public static IReadOnlyList<string> Known { get; } = [.. new RowSecurity(PostgresModel.Model).Tables, PostgresDatabase.History];

    /// <summary>Begins a transaction in which equal values have equal texts, whatever the server, the database and the role are set to, and which no limit of time ends.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="kind">What kind of transaction, as <c>begin</c> takes it.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    public static Task BeginAsync(NpgsqlConnection connection, string kind, CancellationToken cancellationToken) =>
        ExecuteAsync(
            connection,
            $"begin {kind}; set local timezone to 'UTC'; set local datestyle to 'ISO, YMD'; set local intervalstyle to 'postgres'; set local extra_float_digits to 1; set local bytea_output to 'hex'; " +
            "set local statement_timeout to 0; set local lock_timeout to 0; set local idle_in_transaction_session_timeout to 0",
            cancellationToken);

    /// <summary>The installation's tables in a schema by name: those the program knows, and those under row security, which another version may have made.</summary>
    public static async Task<List<PostgresTable>> ListAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = connection.CreateCommand();
        command.CommandText = """
            select c.relname::text,
                (select array_agg(a.attname::text order by a.attname::text collate "C") from pg_attribute a
                    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''),
                (select coalesce(array_agg(quote_ident(a.attname) || case when a.attcollation in (0, 'pg_catalog."C"'::regcollation) then '' else ' collate "C"' end order by k.place), '{}')
                    from pg_index i cross join unnest(i.indkey::int2[]) with ordinality as k(number, place) join pg_attribute a on a.attrelid = c.oid and a.attnum = k.number
                    where i.indrelid = c.oid and i.indisprimary)
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = $1 and c.relkind = 'r' and (c.relrowsecurity or c.relname = any($2))
            order by c.relname::text collate "C"
            """;
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = schema });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. Known] });
        var tables = new List<PostgresTable>();
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            var table = new PostgresTable(schema, row.GetString(0), row.GetFieldValue<string[]>(1), row.GetFieldValue<string[]>(2));
            tables.Add(table.Key.Count > 0 ? table : throw new BackupException($"The table {table.Qualified} has no primary key, so its rows have no order and it is no table of Switchboard. Move it to another schema."));
        }

        return tables;
    }

    /// <summary>The number and the hash of the rows of every table in a schema, in the transaction that was begun.</summary>
    public static async Task<List<TableDigest>> DescribeAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        var digests = new List<TableDigest>();
        foreach (PostgresTable table in await ListAsync(connection, schema, cancellationToken)) digests.Add(await table.ExportAsync(connection, Stream.Null, cancellationToken));
        return digests;
    }

    /// <summary>The schema the installation's tables are in.</summary>
    /// <exception cref="BackupException">The search path names none that exists.</exception>
    public static async Task<string> SchemaAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await TextsAsync(connection, "select current_schema()::text where current_schema() is not null", cancellationToken)) is [string schema] ? schema
            : throw new BackupException("The search path of the connection to PostgreSQL names no schema that exists. Create the schema, or name another one (Search Path) in Database:ConnectionString; nothing was changed.");

    /// <summary>The first column of a question's rows.</summary>
    public static async Task<List<string>> TextsAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params string[] values)
    {
        await using NpgsqlCommand command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (string value in values) command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = value });
        var texts = new List<string>();
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) texts.Add(row.GetString(0));
        return texts;
    }

    /// <summary>Carries out statements.</summary>
    public static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
