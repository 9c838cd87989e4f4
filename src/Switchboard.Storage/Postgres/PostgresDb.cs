using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Metadata;
using Switchboard.Domain.Identity;
using Switchboard.Storage.Auditing;
using Switchboard.Storage.Engine;
using Switchboard.Storage.Model;

namespace Switchboard.Storage.Postgres;

/// <summary>
/// The model on PostgreSQL. Every text has the collation "C": a cursor, a unique value and a prefix then mean the same as on SQLite, whatever the
/// server's locale is, and an update of the operating system's collations breaks no index. Names are sorted for people where people read them.
/// </summary>
/// <param name="options">How the database is reached.</param>
/// <param name="tenantId">The tenant whose rows are seen.</param>
/// <param name="readOnly">Whether the context only reads.</param>
/// <param name="lease">What is given back when the context is disposed.</param>
public sealed class PostgresDb(DbContextOptions<PostgresDb> options, Guid tenantId, bool readOnly = false, IDisposable? lease = null)
    : SwitchboardDb(options, tenantId, readOnly, lease)
{
    private const string byteOrder = "C";
    private const int moneyDigits = 19;

    /// <summary>Decimals that an amount is kept with.</summary>
    internal const int MoneyDecimals = 4;

    /// <summary>Opens the model for what the actor changes; the recorder is told of it, and runs are asked for in the same transaction.</summary>
    internal PostgresDb(DbContextOptions<PostgresDb> options, Actor actor, IAuditRecorder recorder, IRunEnqueue? runsAsked = null) : this(options, actor.TenantId) =>
        (Actor, Recorder, RunsAsked) = (actor, recorder, runsAsked);

    /// <inheritdoc />
    protected override void MapTypes(ModelBuilder modelBuilder)
    {
        foreach (IMutableProperty property in modelBuilder.Model.GetEntityTypes().SelectMany(e => e.GetProperties()))
        {
            Type type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
            if (type == typeof(DateTimeOffset))
            {
                property.SetValueConverter(typeof(PostgresInstantConverter));
            }
            else if (type == typeof(decimal))
            {
                property.SetValueConverter(typeof(PostgresDecimalConverter));
                property.SetPrecision(moneyDigits);
                property.SetScale(MoneyDecimals);
            }

            if ((property.GetValueConverter()?.ProviderClrType ?? type) == typeof(string)) property.SetCollation(byteOrder);
        }
    }
}

/// <summary>The model on PostgreSQL without a server behind it, and what is compiled from it. All of it is made once and never changes.</summary>
internal static class PostgresModel
{
    private static readonly Lazy<IModel> model = new(() =>
    {
        using PostgresDb db = new PostgresDbFactory().CreateDbContext([]);
        return db.Model;
    });

    /// <summary>The model.</summary>
    public static IModel Model => model.Value;

    /// <summary>How rows of an entity are written and read outside EF Core's own queries.</summary>
    public static EntityRows<T> Rows<T>() where T : class => Compiled<T>.Rows;

    private static class Compiled<T> where T : class
    {
        public static readonly EntityRows<T> Rows = new(model.Value);
    }
}

/// <summary>Opens the model for <c>dotnet ef</c>, which compares it with the migrations and never connects.</summary>
public sealed class PostgresDbFactory : IDesignTimeDbContextFactory<PostgresDb>
{
    /// <inheritdoc />
    public PostgresDb CreateDbContext(string[] args) =>
        new(ModelOptions.New<PostgresDb>().UseNpgsql("Host=localhost").Options, Guid.Empty);
}
