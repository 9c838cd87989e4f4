using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Agents.Kinds.Foresight;
using Switchboard.Domain.Support;

namespace Switchboard.Agents.Predictive;

/// <summary>Foresees how many conversations begin on each of the days ahead, and how many people that needs.</summary>
[Agent("predictive/support-volume-predictor")]
public sealed class SupportVolumePredictor : Predictor<VolumeInput, VolumeFacts, VolumeFinding>
{
    private const int week = 7;
    private const int leastDays = 14;
    private const int mostDaysAhead = 28;
    private const int shareDays = 28;
    private const int historyYears = 2;
    private const int silentDays = 7;
    private static readonly string[] leftOut = ["spam", "merged"];

    /// <inheritdoc />
    protected override string PredictionKind => "volume";

    /// <inheritdoc />
    protected override string Entity => "tenant";

    /// <inheritdoc />
    protected override async Task<Finding<VolumeFacts>> LoadAsync(VolumeInput input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken)
    {
        if (Faulty(input, basis) is { } stop) return stop;
        DateOnly asOf = input.AsOf ?? basis.Today;
        DateTimeOffset end = basis.StartOf(asOf), from = basis.StartOf(asOf.AddYears(-historyYears));
        Channel? channel = input.Channel;
        var talks = await rows.ListAsync((IQueryable<Conversation> q) => q.Where(c => c.CreatedAt >= from && c.CreatedAt < end && (channel == null || c.Channel == channel) && c.DeletedAt == null)
            .Select(c => new { c.CreatedAt, c.Tags, c.HandedOffAt, c.Channel }));
        var counted = talks.Where(t => !t.Tags.Any(leftOut.Contains)).Select(t => (Day: basis.DayOf(t.CreatedAt), t.CreatedAt, IsHuman: t.HandedOffAt is not null)).ToList();
        if (counted.Count == 0) return new VolumeFacts();
        DateOnly first = counted.Min(t => t.Day);
        Dictionary<DateOnly, int> byDay = counted.GroupBy(t => t.Day).ToDictionary(g => g.Key, g => g.Count());
        int days = asOf.DayNumber - first.DayNumber;
        var recent = counted.Where(t => t.Day >= asOf.AddDays(-shareDays)).ToList();
        return new VolumeFacts
        {
            FirstDay = first,
            Counts = [.. Enumerable.Range(0, days).Select(i => (double)byDay.GetValueOrDefault(first.AddDays(i)))],
            Holidays = [.. basis.Policies.BusinessHours.Holidays.Select(h => h.Date).Where(d => d >= first && d < asOf.AddDays(mostDaysAhead)).Order()],
            HumanShare = recent.Count == 0 ? null : (double)recent.Count(t => t.IsHuman) / recent.Count,
            HourShares = channel == Channel.Web && recent.Count > 0 ? [.. Enumerable.Range(0, 24).Select(h => (double)recent.Count(t => TimeZoneInfo.ConvertTime(t.CreatedAt, basis.Zone).Hour == h) / recent.Count)] : null,
        };
    }

    /// <inheritdoc />
    protected override Finding<Forecast<VolumeFinding>> Foresee(VolumeInput input, VolumeFacts facts, AgentBasis basis)
    {
        if (Faulty(input, basis) is { } stop) return stop;
        if (facts is not { FirstDay: { } first, Counts: { } counts } || counts.Count < leastDays) return new Stop("insufficient_data", $"At least {leastDays} days of conversations are needed; there are {facts.Counts?.Count ?? 0}.");
        if (counts.TakeLast(silentDays).All(c => c == 0) && counts.SkipLast(silentDays).Average() >= 1) return new Stop("source_stale", $"No conversation came in the last {silentDays} days; look whether they are still recorded.");

        DateOnly start = first.AddDays(counts.Count);
        HashSet<DateOnly> holidays = [.. facts.Holidays ?? []];
        int sunday = (week - (int)first.DayOfWeek) % week;
        SeriesJudgement judged = SeriesRule.Foresee(counts, week, input.DaysAhead, i => holidays.Contains(first.AddDays(i)), sunday, basis.Seed);
        StaffNeed? need = facts.HumanShare is { } share && (facts.AhtMinutes ?? input.AhtMinutes) is { } minutes ? new StaffNeed(share, minutes, facts.HourShares) : null;
        VolumeDay[] days = [.. judged.Steps.Select((s, i) => new VolumeDay(start.AddDays(i), Round(s.Value), Round(s.Within80.Low), Round(s.Within80.High), Round(s.Within95.Low), Round(s.Within95.High), need?.For(s.Value), need?.For(s.Within80.Low), need?.For(s.Within80.High)))];
        var found = new VolumeFinding
        {
            Days = days,
            Basis = judged.Basis,
            Value = Round(judged.Steps.Sum(s => s.Value)),
            Baseline = Round(judged.Baseline.Sum()),
            Signal = judged.Basis == PredictionBasis.Baseline ? "no_reliable_signal" : null,
            Quality = judged.Quality,
            ModelVersion = judged.Version,
            AsOf = start,
            HorizonDays = input.DaysAhead,
            Unknown = [.. facts.HumanShare is null ? new[] { "humanShare" } : [], .. (facts.AhtMinutes ?? input.AhtMinutes) is null ? new[] { "ahtMinutes" } : []],
            StaffReason = need is null ? "aht_unknown" : null,
            PeakHour = facts.HourShares is { Count: > 0 } hours ? hours.Index().MaxBy(h => h.Item).Index : null,
        };
        // Of a single channel nothing is kept: rows of one kind are compared with all conversations.
        return new Forecast<VolumeFinding>(found, input.Channel is null ? [.. days.Select(d => new Foreseen(null, basis.StartOf(d.Date.AddDays(1)), d.Volume, d.Low95, d.High95))] : []);
    }

    /// <inheritdoc />
    protected override double? OutcomeOf(PastPrediction past, VolumeFacts facts, AgentBasis basis)
    {
        if (facts is not { FirstDay: { } first, Counts: { } counts }) return null;
        int day = basis.DayOf(past.For).DayNumber - 1 - first.DayNumber;
        return day >= 0 && day < counts.Count ? counts[day] : null;
    }

    private static Stop? Faulty(VolumeInput input, AgentBasis basis) =>
        input.DaysAhead is < 1 or > mostDaysAhead ? new Stop("invalid_input", $"daysAhead is 1 to {mostDaysAhead}.")
        : input.AsOf > basis.Today ? new Stop("invalid_input", $"asOf is at most today, {basis.Today:yyyy-MM-dd}.") : null;

    private static double Round(double value) => Math.Round(value, 1);
}
