using System.Globalization;
using Switchboard.Core.Runs;

namespace Switchboard.Server.Hosting;

/// <summary>How long the engine keeps what it has done with: Engine:Retention:JournalDays and Engine:Retention:OutboxDays.</summary>
public static class RetentionSettings
{
    /// <summary>Reads and checks the settings.</summary>
    /// <exception cref="SettingException">A setting is no number of days.</exception>
    public static RetentionRule Read(IConfiguration configuration)
    {
        var usual = new RetentionRule();
        return new RetentionRule(Days(configuration, "Engine:Retention:JournalDays", usual.JournalDays), Days(configuration, "Engine:Retention:OutboxDays", usual.OutboxDays));
    }

    private static int Days(IConfiguration configuration, string key, int usual)
    {
        const int Most = 36500;
        if (configuration[key] is not { Length: > 0 } text) return usual;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int days) && days is >= 1 and <= Most
            ? days
            : throw new SettingException(key, Settings.SourceOf(configuration, key), $"must be a number of days from 1 to {Most}, not \"{text}\".");
    }
}
