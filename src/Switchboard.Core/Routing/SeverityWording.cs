using Switchboard.Core.Understanding;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Routing;

/// <summary>Words by which people say how bad a fault is. A list with a version; what they say is a wish to be looked at and no severity of a ticket.</summary>
public static class SeverityWording
{
    /// <summary>The version of the list.</summary>
    public const string Version = "2026-11-27";

    private static readonly string[][] s1 = Phrases(
        "outage", "down for everyone", "down for all of us", "down for all our users", "down for the whole company", "down for everybody", "nobody can log in", "no one can log in", "nobody can sign in", "no one can sign in",
        "everyone is locked out", "everybody is locked out", "everything is down", "the whole site is down", "whole platform is down", "your service is down", "your site is down", "the system is down for",
        "data lost", "data is lost", "lost data", "lost all our data", "lost all my data", "lost our data", "data loss", "our data is gone", "all data is gone", "all our data is gone", "data has disappeared", "all our projects are gone", "all our projects disappeared",
        "ausfall", "bei allen down", "für alle down", "daten verloren", "daten sind weg", "datenverlust", "panne générale", "données perdues", "perte de données", "caída total", "datos perdidos", "pérdida de datos");

    // Not heard in the replay of turns before they were listed.
    private static readonly string[][] later = Phrases("data was lost", "data were lost", "data has been lost", "data have been lost", "lost my data", "lost all data", "down for us all");

    private static readonly string[][] s2 = Phrases(
        "cannot work at all", "can't work at all", "can not work at all", "unable to work at all", "cannot work anymore", "can't work anymore", "we cannot work", "we can't work", "i cannot work", "i can't work", "nothing works", "completely blocked", "totally blocked",
        "completely broken", "completely unusable", "totally unusable", "work has stopped", "work is stopped", "at a standstill", "no way round", "no way around", "no workaround", "no work around", "without a workaround", "stops us from working", "stopped us from working", "production is blocked",
        "können nicht arbeiten", "kann nicht arbeiten", "komplett blockiert", "geht gar nichts", "kein workaround", "impossible de travailler", "complètement bloqué", "complètement bloqués", "aucun contournement", "no podemos trabajar", "no puedo trabajar", "completamente bloqueados");

    private static readonly HashSet<string> negations = new(StringComparer.Ordinal) { "no", "not", "isn't", "wasn't", "without", "kein", "keine", "nicht", "pas", "sin" };

    /// <summary>What the words of a message say: S1, S2 or nothing. "There is no outage" says nothing.</summary>
    /// <param name="text">The message.</param>
    /// <param name="all">Whether all words count; in the replay of turns before they did, some do not.</param>
    public static Severity? Of(string text, bool all = true)
    {
        string[] words = [.. Tokens.Of(text.Replace('’', '\'')).Where(t => t.Kind == TokenKind.Word).Select(t => t.Folded)];
        return Says(words, s1) || all && Says(words, later) ? Severity.S1 : Says(words, s2) ? Severity.S2 : null;
    }

    private static bool Says(string[] words, string[][] phrases)
    {
        foreach (string[] phrase in phrases)
            for (int at = 0; at + phrase.Length <= words.Length; at++)
                if (words.AsSpan(at, phrase.Length).SequenceEqual(phrase) && !IsDenied(words, at, phrase)) return true;
        return false;
    }

    private static bool IsDenied(string[] words, int at, string[] phrase) =>
        !negations.Contains(phrase[0]) && ((at > 0 && negations.Contains(words[at - 1])) || (at > 1 && negations.Contains(words[at - 2]) && words[at - 1] is "an" or "a" or "any"));

    private static string[][] Phrases(params string[] texts) => [.. texts.Select(t => Tokens.Of(t).Where(k => k.Kind == TokenKind.Word).Select(k => k.Folded).ToArray())];
}
