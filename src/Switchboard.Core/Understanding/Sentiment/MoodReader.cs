using System.Globalization;
using Switchboard.Core.Understanding.Entities;

namespace Switchboard.Core.Understanding.Sentiment;

/// <summary>Reads mood and urgency from a customer's message by fixed rules; the first emotion that holds is taken.</summary>
public static class MoodReader
{
    private const double veryBad = -0.6;
    private const double bad = -0.3;
    private const double grateful = 0.3;
    private const double riskyChurn = 0.7;
    private const double poorHealth = 40;
    private const int mostBetween = 4;

    /// <summary>Reads a message.</summary>
    /// <param name="text">The message.</param>
    /// <param name="entities">Its entities; dates behind a word like "by" or "until" are deadlines.</param>
    /// <param name="context">Clock, time zone and language.</param>
    /// <param name="earlier">The scores of the customer's earlier messages in the conversation, oldest first.</param>
    /// <param name="risk">What is known of the account.</param>
    public static Mood Read(string text, IReadOnlyList<Entity> entities, EntityContext context, IReadOnlyList<double>? earlier = null, AccountRisk? risk = null)
    {
        earlier ??= [];
        risk ??= AccountRisk.None;
        SentimentResult sentiment = SentimentAnalyzer.Analyze(text, context.Language);
        List<SentimentWord> words = SentimentWords.Of(text.Length > SentimentAnalyzer.LongestText ? text[..SentimentAnalyzer.LongestText] : text);
        string[] folded = [.. words.Select(w => w.Folded)];
        SentimentLexicon lexicon = SentimentLexicon.For(context.BaseLanguage);
        int insults = Count("insult");
        double? score = sentiment.Score;
        double? deadline = entities.Select((e, i) => HoursTo(e, i + 1 < entities.Count ? entities[i + 1] : null, context)).Where(h => h is >= 0).Min();
        bool shouts = words.Count(w => w.IsShout && w.Folded.Length > 2) > 0 || text.Contains("!!", StringComparison.Ordinal);

        Emotion emotion =
            insults > 0 || score <= veryBad && shouts && !sentiment.IsPersistent ? Emotion.Anger
            : sentiment.IsPersistent && score < 0 ? Emotion.Frustration
            : score < 0 && (Count("worry") > 0 || deadline <= 24) ? Emotion.Anxiety
            : Count("confusion") > 0 || text.Count(c => c is '?' or '？') >= 2 ? Emotion.Confusion
            : score <= bad ? Emotion.Disappointment
            : score >= grateful && Count("thanks") > 0 ? Emotion.Gratitude
            : Emotion.Neutral;
        int urgency = Count("urgent3") > 0 || deadline <= 4 ? 3 : Count("urgent2") > 0 || deadline <= 24 ? 2 : Count("urgent1") > 0 || deadline <= 7 * 24 ? 1 : 0;
        if (score < 0 && (risk.Churn > riskyChurn || risk.Health < poorHealth) || score < bad && risk.IsEnterprise) urgency = Math.Min(3, urgency + 1);
        int courtesies = Math.Min(3, Count("please") + Count("thanks") + Count("greeting") + Count("couldyou"));
        double politeness = Math.Clamp(0.5 + 0.15 * courtesies - 0.2 * Math.Min(2, insults), 0, 1);
        double? last = score ?? (earlier.Count > 0 ? earlier[^1] : null);
        IReadOnlyList<double> before = score is null && earlier.Count > 0 ? [.. earlier.Take(earlier.Count - 1)] : earlier;
        double? satisfaction = last is not { } l ? null : Math.Round(((before.Count == 0 ? l : 0.6 * l + 0.4 * before.Average()) + 1) / 2, 4);
        double drop = last is { } now && before.Count > 0 ? Math.Round(Math.Max(0, before.Max() - now), 4) : 0;
        bool twoBelow = last <= veryBad && before.Count > 0 && before[^1] <= veryBad;
        return new Mood(score, emotion, urgency, Math.Round(politeness, 4), satisfaction, drop, twoBelow, sentiment.Evidence, sentiment.Code);

        int Count(string kind)
        {
            int count = 0;
            for (int i = 0; i < folded.Length;)
            {
                int used = lexicon.Rule(kind, folded, i);
                if (used > 0) count++;
                i += Math.Max(1, used);
            }
            return count;
        }
    }

    /// <summary>
    /// Hours from now to a deadline: the time named with it, else the beginning of the day, of today the end; null for what is none.
    /// </summary>
    private static double? HoursTo(Entity entity, Entity? next, EntityContext context)
    {
        if (entity.Role is not ("by" or "to") || entity.Value.Length == 0) return null;
        DateTime now = context.Local;
        if (entity.Type == EntityTypes.Date && DateOnly.TryParseExact(entity.Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day))
        {
            if (next is { Type: EntityTypes.Time } && next.Start - entity.End <= mostBetween && TimeOnly.TryParseExact(next.Value, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly exact)) return (day.ToDateTime(exact) - now).TotalHours;
            return (day == context.Today ? day.AddDays(1).ToDateTime(TimeOnly.MinValue) - now : day.ToDateTime(TimeOnly.MinValue) - now).TotalHours;
        }
        if (entity.Type == EntityTypes.Time && TimeOnly.TryParseExact(entity.Value, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly time))
        {
            DateTime at = context.Today.ToDateTime(time);
            return ((at < now ? at.AddDays(1) : at) - now).TotalHours;
        }
        if (entity.Type == EntityTypes.DateTime && DateTime.TryParseExact(entity.Value, "yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime moment)) return (moment - now).TotalHours;
        return null;
    }
}
