using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Configuration.Memory;

namespace Switchboard.Server.Hosting;

/// <summary>A setting cannot be used; the message names it, where it stands and what it must be.</summary>
/// <param name="key">The setting, with its sections.</param>
/// <param name="source">Where its value stands.</param>
/// <param name="problem">What it must be.</param>
public sealed class SettingException(string key, string source, string problem) : Exception($"{key} ({source}) {problem}");


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

    /// <summary>Where the value of a setting stands, for a message about it.</summary>
    public static string SourceOf(IConfiguration configuration, string key) =>
        (configuration as IConfigurationRoot)?.Providers.LastOrDefault(p => p.TryGet(key, out _)) switch
        {
            JsonConfigurationProvider json => $"in {json.Source.Path}",
            MemoryConfigurationProvider => "in the .env file",
            EnvironmentVariablesConfigurationProvider => $"in the environment variable {prefix}{key.Replace(":", "__", StringComparison.Ordinal).ToUpperInvariant()}",
            null => "not set",
            { } other => $"in {other}",
        };

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
