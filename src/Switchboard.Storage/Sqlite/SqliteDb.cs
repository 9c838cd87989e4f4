using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Metadata;
using Switchboard.Domain.Identity;
using Switchboard.Storage.Auditing;
using Switchboard.Storage.Engine;
using Switchboard.Storage.Model;

namespace Switchboard.Storage.Sqlite;

/// <summary>The model on SQLite.</summary>
/// <param name="options">How the database is reached.</param>
/// <param name="tenantId">The tenant whose rows are seen.</param>
/// <param name="readOnly">Whether the context only reads.</param>
/// <param name="lease">What is given back when the context is disposed.</param>
public sealed class SqliteDb(DbContextOptions<SqliteDb> options, Guid tenantId, bool readOnly = false, IDisposable? lease = null)
    : SwitchboardDb(options, tenantId, readOnly, lease)
{
    /// <summary>Opens the model for what the actor changes; the recorder is told of it, and runs are asked for in the same transaction.</summary>
    internal SqliteDb(DbContextOptions<SqliteDb> options, Actor actor, IAuditRecorder recorder, IRunEnqueue? runsAsked = null) : this(options, actor.TenantId) =>
        (Actor, Recorder, RunsAsked) = (actor, recorder, runsAsked);

    /// <inheritdoc />
    protected override void MapTypes(ModelBuilder modelBuilder)
    {
        foreach (IMutableProperty property in modelBuilder.Model.GetEntityTypes().SelectMany(e => e.GetProperties()))
        {
            Type type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
            if (type == typeof(DateTimeOffset)) property.SetValueConverter(typeof(SqliteInstantConverter));
            else if (type == typeof(Guid)) property.SetValueConverter(typeof(SqliteIdConverter));
            else if (type == typeof(decimal)) property.SetValueConverter(typeof(SqliteDecimalConverter));
            else if (type == typeof(DateOnly)) property.SetValueConverter(typeof(SqliteDateConverter));
        }
    }
}

/// <summary>The model on SQLite without a database behind it, and what is compiled from it. All of it is made once and never changes.</summary>
internal static class SqliteModel
{
    private static readonly Lazy<IModel> model = new(() =>
    {
        using SqliteDb db = new SqliteDbFactory().CreateDbContext([]);
        return db.Model;
    });

    /// <summary>How rows of an entity are written and read outside EF Core's own queries.</summary>
    public static EntityRows<T> Rows<T>() where T : class => Compiled<T>.Rows;

    private static class Compiled<T> where T : class
    {
        public static readonly EntityRows<T> Rows = new(model.Value);
    }
}

/// <summary>Opens the model for <c>dotnet ef</c>, which compares it with the migrations and never connects.</summary>
public sealed class SqliteDbFactory : IDesignTimeDbContextFactory<SqliteDb>
{
    /// <inheritdoc />
    public SqliteDb CreateDbContext(string[] args) =>
        new(ModelOptions.New<SqliteDb>().UseSqlite("Data Source=:memory:").Options, Guid.Empty);
}
