using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Switchboard.Storage.Sqlite;

/// <summary>The model on SQLite.</summary>
/// <param name="options">How the database is reached.</param>
/// <param name="tenantId">The tenant whose rows are seen.</param>
/// <param name="readOnly">Whether the context only reads.</param>
/// <param name="lease">What is given back when the context is disposed.</param>
public sealed class SqliteDb(DbContextOptions<SqliteDb> options, Guid tenantId, bool readOnly = false, IDisposable? lease = null)
    : SwitchboardDb(options, tenantId, readOnly, lease)
{
    /// <inheritdoc />
    protected override void MapTypes(ModelBuilder modelBuilder)
    {
        foreach (IMutableProperty property in modelBuilder.Model.GetEntityTypes().SelectMany(e => e.GetProperties()))
        {
            Type type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
            if (type == typeof(DateTimeOffset)) property.SetValueConverter(typeof(SqliteInstantConverter));
            else if (type == typeof(Guid)) property.SetValueConverter(typeof(SqliteIdConverter));
            else if (type == typeof(DateOnly)) property.SetValueConverter(typeof(SqliteDateConverter));
        }
    }
}

/// <summary>Opens the model for <c>dotnet ef</c>, which compares it with the migrations and never connects.</summary>
public sealed class SqliteDbFactory : IDesignTimeDbContextFactory<SqliteDb>
{
    /// <inheritdoc />
    public SqliteDb CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteDb>().UseSqlite("Data Source=:memory:").Options, Guid.Empty);
}
