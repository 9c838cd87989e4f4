using Switchboard.Server.Hosting;
using Switchboard.Storage;

namespace Switchboard.Server.Tests;

public sealed class DatabaseSettingsTests : IDisposable
{
    private const string good = "Host=db.example;Database=desk;Username=desk;Password=secret-word";

    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Fact]
    public void Without_settings_the_database_is_a_file_in_the_data_folder() => DatabaseSettings.Read(Settings.Read(temp.Path)).ShouldBe(DatabaseOptions.Embedded);

    [Theory]
    [InlineData("sqlite")]
    [InlineData("")]
    public void SQLite_needs_nothing_else(string provider)
    {
        temp.Write(".env", $"SWITCHBOARD__DATABASE__PROVIDER={provider}");
        DatabaseSettings.Read(Settings.Read(temp.Path)).ShouldBe(DatabaseOptions.Embedded);
    }

    [Fact]
    public void PostgreSQL_is_named_with_its_connection_string()
    {
        temp.Write("appsettings.json", """{"Database": {"Provider": "Postgres", "ConnectionString": "GOOD"}}""".Replace("GOOD", good, StringComparison.Ordinal));
        DatabaseSettings.Read(Settings.Read(temp.Path)).ShouldBe(new DatabaseOptions(DatabaseProvider.Postgres, good));
    }

    [Fact]
    public void A_provider_that_does_not_exist_is_refused_with_where_it_stands()
    {
        temp.Write("appsettings.json", """{"Database": {"Provider": "mysql"}}""");
        Refused().ShouldBe("Database:Provider (in appsettings.json) must be sqlite or postgres, not \"mysql\".");
    }

    [Fact]
    public void The_stronger_source_is_the_one_that_is_named()
    {
        temp.Write("appsettings.json", """{"Database": {"Provider": "sqlite"}}""");
        temp.Write(".env", "SWITCHBOARD__DATABASE__PROVIDER=mysql");
        Refused().ShouldStartWith("Database:Provider (in the .env file)");
    }

    [Theory]
    [InlineData("postgres", null, "Database:ConnectionString (not set) is needed")]
    [InlineData("postgres", "Database=desk;Password=secret-word", "names no Host")]
    [InlineData("postgres", "Host=h;Colour=secret-word", "it must be like Host=")]
    [InlineData("sqlite", good, "is for PostgreSQL alone")]
    [InlineData(null, good, "is for PostgreSQL alone")]
    public void A_connection_string_that_is_missing_unreadable_or_of_no_use_is_refused_without_its_password(string? provider, string? connection, string hint)
    {
        temp.Write(".env", string.Join('\n', new[] { provider is null ? "" : $"SWITCHBOARD__DATABASE__PROVIDER={provider}", connection is null ? "" : $"SWITCHBOARD__DATABASE__CONNECTIONSTRING={connection}" }));
        string message = Refused();
        message.ShouldContain(hint);
        message.ShouldStartWith("Database:ConnectionString (");
        message.ShouldNotContain("secret-word");
    }

    private string Refused() => Should.Throw<SettingException>(() => DatabaseSettings.Read(Settings.Read(temp.Path))).Message;
}
