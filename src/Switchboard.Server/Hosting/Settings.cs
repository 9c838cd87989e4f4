namespace Switchboard.Server.Hosting;

/// <summary>Where settings come from, the later the stronger: appsettings.json, a .env file, environment variables; options of the command line stand above all.</summary>
public static class Settings
{
    private const string prefix = "SWITCHBOARD__";

    /// <summary>Reads the settings that hold in a folder.</summary>
    public static IConfiguration Read(string folder) => new ConfigurationBuilder()
        .SetBasePath(folder)
        .AddJsonFile("appsettings.json", optional: true)
        .AddInMemoryCollection(ReadEnvFile(Path.Combine(folder, ".env")))
        .AddEnvironmentVariables(prefix)
        .Build();

    private static IEnumerable<KeyValuePair<string, string?>> ReadEnvFile(string path)
    {
        if (!File.Exists(path)) yield break;
        foreach (string line in File.ReadLines(path))
        {
            string text = line.Trim();
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            if (text.StartsWith('#') || equals <= 0 || !text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) continue;
            yield return new(text[prefix.Length..equals].Trim().Replace("__", ":", StringComparison.Ordinal), text[(equals + 1)..].Trim().Trim('"'));
        }
    }
}
