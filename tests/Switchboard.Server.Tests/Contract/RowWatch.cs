using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Switchboard.Server.Tests.Contract;

/// <summary>Sees whether anybody wrote into a server's database. SQLite counts commits of other connections, so a look costs nothing and misses nothing.</summary>
public sealed class RowWatch : IDisposable
{
    private readonly SqliteConnection connection;

    public RowWatch(string dataPath)
    {
        connection = new SqliteConnection($"Data Source={Path.Combine(dataPath, "switchboard.db")};Mode=ReadOnly;Pooling=false");
        connection.Open();
    }

    /// <summary>Another number means that something was committed since.</summary>
    public long Version() => (long)Read("pragma data_version")[0][0]!;

    /// <summary>All rows of a tenant, table by table, each as a hash; of no tenant in particular, all rows there are.</summary>
    public Dictionary<string, string> Rows(Guid? tenant)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string table in Read("select name from sqlite_master where type = 'table' and sql not like 'create virtual%' order by name").Select(r => (string)r[0]!))
        {
            bool owned = Read($"select 1 from pragma_table_info('{table}') where name = 'tenant_id'").Count > 0;
            if (tenant is not null && !owned) continue;
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            long sum = 0;
            foreach (object?[] row in Read($"select * from \"{table}\"{(tenant is null ? "" : " where tenant_id = $tenant")}", tenant))
            {
                foreach (object? field in row) hash.AppendData(field switch { null => [0], byte[] bytes => bytes, var other => Encoding.UTF8.GetBytes($"{other}|") });
                // The order of rows does not count.
                sum += BitConverter.ToInt64(hash.GetHashAndReset());
            }

            found[table] = $"{sum:x}";
        }

        return found;
    }

    public void Dispose() => connection.Dispose();

    private List<object?[]> Read(string sql, Guid? tenant = null)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The names come from the schema.
        command.CommandText = sql;
#pragma warning restore CA2100
        if (tenant is { } id) command.Parameters.AddWithValue("$tenant", id.ToByteArray(bigEndian: true));
        using SqliteDataReader reader = command.ExecuteReader();
        var rows = new List<object?[]>();
        while (reader.Read())
        {
            var row = new object?[reader.FieldCount];
            for (int i = 0; i < row.Length; i++) row[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
            rows.Add(row);
        }

        return rows;
    }
}
