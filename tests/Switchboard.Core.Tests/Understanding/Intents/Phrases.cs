using Switchboard.Core.Understanding.Intents;

namespace Switchboard.Core.Tests.Understanding.Intents;

/// <summary>Sentences made from a few frames, with as much overlap between the labels as the noise asks for.</summary>
internal static class Phrases
{
    private static readonly string[] frames = ["I want to {0} my {1}", "how do I {0} the {1}", "please {0} this {1} now", "can you {0} {1} for me", "{0} {1}", "the {1} should be {0}ed", "my boss asked me to {0} a {1}", "is it possible to {0} our {1} today"];
    private static readonly (string Label, string[] Verbs, string[] Things)[] labels =
    [
        ("billing/refund", ["refund", "reimburse", "repay"], ["payment", "invoice", "charge"]),
        ("account/password", ["reset", "recover", "forget"], ["password", "login", "code"]),
        ("usage/export", ["export", "download", "print"], ["report", "table", "list"]),
        ("billing/plan", ["upgrade", "downgrade", "extend"], ["plan", "subscription", "tier"]),
        ("technical/bug", ["crash", "freeze", "hang"], ["page", "app", "board"]),
    ];

    public static readonly string[] Others = ["what is the capital of peru", "who won the football match", "write me a poem about the sea", "how tall is mount everest", "what should i cook for dinner", "sing a song", "is it going to rain tomorrow", "when was the roman empire founded", "translate good evening into spanish", "how many planets are there"];

    /// <summary>Labelled sentences; a share of them, 0..1, carries another label's words.</summary>
    public static List<IntentExample> Make(int perLabel, int seed, double noise = 0)
    {
        var random = new Random(seed);
        var made = new List<IntentExample>();
        foreach ((string label, _, _) in labels)
            for (int i = 0; i < perLabel; i++)
            {
                (_, string[] verbs, string[] things) = random.NextDouble() < noise ? labels[random.Next(labels.Length)] : labels.Single(l => l.Label == label);
                string text = string.Format(frames[random.Next(frames.Length)], verbs[random.Next(verbs.Length)], things[random.Next(things.Length)]);
                made.Add(new IntentExample($"{text} {(char)('a' + random.Next(26))}{(char)('a' + random.Next(26))}", label));
            }
        return made;
    }

    public static string Best(this IntentModel model, string text)
    {
        var best = new IntentScore[1];
        model.Classify(text, best);
        return best[0].Label;
    }
}
