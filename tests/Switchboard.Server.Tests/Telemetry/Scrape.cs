using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Switchboard.Server.Tests.Telemetry;

/// <summary>What a server tells at /metrics, read as Prometheus reads it: a text that is none is refused.</summary>
internal sealed partial class Scrape
{
    private readonly Dictionary<string, double> series = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> types = new(StringComparer.Ordinal);

    private Scrape(string text)
    {
        Text = text;
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith('#'))
            {
                string[] words = line.Split(' ', 4);
                if (words[1] == "TYPE") types.Add(words[2], words[3]);
                continue;
            }

            Match sample = Sample().Match(line);
            sample.Success.ShouldBeTrue($"is no sample: {line}");
            string name = sample.Groups["name"].Value;
            types.Keys.ShouldContain(t => name == t || (types[t] == "histogram" && (name == t + "_bucket" || name == t + "_sum" || name == t + "_count")), $"has no type: {line}");
            // A series that is told twice is refused by who reads it.
            series.Add(name + sample.Groups["labels"].Value, double.Parse(sample.Groups["value"].Value.Replace("+Inf", "Infinity", StringComparison.Ordinal), CultureInfo.InvariantCulture));
        }
    }

    /// <summary>The whole text.</summary>
    public string Text { get; }

    /// <summary>The names of all series with their labels.</summary>
    public IReadOnlyCollection<string> Series => series.Keys;

    /// <summary>The sum of the series of a name that have all of the labels, each written <c>name="value"</c>.</summary>
    public double Sum(string name, params string[] labels) =>
        series.Where(s => (s.Key == name || s.Key.StartsWith(name + "{", StringComparison.Ordinal)) && labels.All(l => s.Key.Contains(l, StringComparison.Ordinal))).Sum(s => s.Value);

    public static async Task<Scrape> OfAsync(HttpClient client)
    {
        using HttpResponseMessage response = await client.GetAsync("/metrics");
        string text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(200, text);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
        return new Scrape(text);
    }

    /// <summary>Has Prometheus' own tool read the text, where it is installed.</summary>
    public async Task CheckAsync()
    {
        const string tool = "promtool";
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(f => File.Exists(Path.Combine(f, tool)))) return;
        using Process check = Process.Start(new ProcessStartInfo(tool, ["check", "metrics"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardError = true })!;
        await check.StandardInput.WriteAsync(Text);
        check.StandardInput.Close();
        string said = await check.StandardError.ReadToEndAsync();
        await check.WaitForExitAsync();
        // 3 is for what it would name otherwise.
        check.ExitCode.ShouldBeOneOf([0, 3], said);
    }

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?<labels>\{([a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\["\\n])*",?)*\})? (?<value>[-+0-9.eEInfNa]+)( [0-9]+)?$""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Sample();
}
