using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Switchboard.Compliance.Storage;
using Switchboard.Core.Runs;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Operations;
using Switchboard.Storage.Auditing;

namespace Switchboard.Storage.Tests.Auditing;

/// <summary>What the tests of the audit share: making entries, reading them, and writing the database as somebody else would.</summary>
internal static class Trail
{
    public static AuditSealer Sealer(this Desk desk) => desk.Get<AuditSealer>();

    public static Task<AuditReport> VerifyAsync(this Desk desk, Guid? tenantId = null) => desk.Get<AuditVerification>().VerifyAsync(tenantId ?? desk.TenantId, TestContext.Current.CancellationToken);

    /// <summary>A sealer as another start of the program would have it: it knows what the note says and nothing else.</summary>
    public static AuditSealer FreshSealer(this Desk desk) =>
        new(desk.Get<IAuditChains>(), desk.Get<AuditTrail>(), desk.Get<AuditAnchor>(), desk.Tenants, desk.Clock, desk.Get<IFaultPoints>());

    public static async Task<List<AuditEntry>> EntriesAsync(this Desk desk, Guid? tenantId = null)
    {
        await using SwitchboardDb db = desk.Data.For(tenantId ?? desk.TenantId);
        return await db.Set<AuditEntry>().OrderBy(e => e.Position).ThenBy(e => e.At).ThenBy(e => e.Id).ToListAsync();
    }

    public static async Task<Customer> AddCustomerAsync(this Desk desk, string name)
    {
        desk.Clock.Advance(TimeSpan.FromMilliseconds(7));
        var customer = new Customer { TenantId = desk.TenantId, Id = desk.NewId(), Name = name, Plan = "free", Since = desk.Clock.GetUtcNow() };
        await desk.Data.WriteAsync(desk.Actor, db => db.Add(customer).Entity, default);
        return customer;
    }

    public static Task<int> ChangeAsync<T>(this Desk desk, Guid id, Action<T> change) where T : Domain.TenantRow
    {
        desk.Clock.Advance(TimeSpan.FromMilliseconds(7));
        return desk.Data.WriteAsync(desk.Actor, db => { change(db.Set<T>().Single(r => r.Id == id)); return 0; }, default);
    }

    /// <summary>A connection of somebody who can write the database and has nothing else.</summary>
    public static SqliteConnection Stranger(this Desk desk)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = desk.Folder.DatabasePath, Pooling = false }.ToString());
        connection.Open();
        connection.Execute("pragma busy_timeout=5000; pragma synchronous=off;");
        return connection;
    }

    public static int Execute(this SqliteConnection connection, string sql, params (string Name, object? Value)[] values)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        foreach ((string name, object? value) in values) command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command.ExecuteNonQuery();
    }

    public static T Scalar<T>(this SqliteConnection connection, string sql, params (string Name, object? Value)[] values)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        foreach ((string name, object? value) in values) command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return (T)command.ExecuteScalar()!;
    }

    public static byte[] Bytes(this Guid id) => id.ToByteArray(bigEndian: true);
}
