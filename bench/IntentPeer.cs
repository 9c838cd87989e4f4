using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Switchboard.Bench;

/// <summary>scikit-learn in a process of its own, spoken to in lines of JSON.</summary>
internal sealed class IntentPeer : IDisposable
{
    private static readonly JsonSerializerOptions names = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
    private readonly Process process;

    private IntentPeer(Process process, string version) => (this.process, Version) = (process, version);

    public string Version { get; }

    /// <summary>Starts the first Python that has scikit-learn; where there is none, says how to get it, or gets it.</summary>
    public static IntentPeer Start(bool install)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "peers", "scikit_learn_intent.py");
        if (Find(script) is { } found) return found;
        if (!install) throw new InvalidOperationException("There is no Python with scikit-learn here. Install it (Debian: apt-get install python3-sklearn), or run again with --install.");
        using Process apt = Process.Start(new ProcessStartInfo("apt-get", ["install", "-y", "-q", "python3-sklearn"]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        apt.StandardOutput.ReadToEnd();
        apt.WaitForExit();
        return Find(script) ?? throw new InvalidOperationException($"apt-get install python3-sklearn ended with {apt.ExitCode}, and there is still no Python with scikit-learn.");
    }

    private static IntentPeer? Find(string script)
    {
        foreach (string python in new[] { "python3", "/usr/bin/python3" })
        {
            try
            {
                Process started = Process.Start(new ProcessStartInfo(python, [script]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
                // Read on, so that a warning never fills the pipe.
                started.ErrorDataReceived += (_, _) => { };
                started.BeginErrorReadLine();
                if (started.StandardOutput.ReadLine() is { } hello) return new IntentPeer(started, JsonDocument.Parse(hello).RootElement.GetProperty("version").GetString()!);
                started.Dispose();
            }
            catch (Win32Exception)
            {
                // There is no such Python.
            }
        }
        return null;
    }

    public Answer Ask(Question question)
    {
        process.StandardInput.WriteLine(JsonSerializer.Serialize(question, names));
        process.StandardInput.Flush();
        string line = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The peer ended; run it by hand to see why: python3 bench/peers/scikit_learn_intent.py");
        return JsonSerializer.Deserialize<Answer>(line, names)!;
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }

    internal sealed record Question(string[][]? Train = null, string[]? Test = null, string[]? Timed = null, bool Bayes = false);

    internal sealed record Answer(double TrainSeconds, double[] QueryMs, string[] Answers, double[] Scores);
}
