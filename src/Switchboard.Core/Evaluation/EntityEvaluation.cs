using System.Text.Json;
using Switchboard.Core.Understanding;
using Switchboard.Core.Understanding.Entities;

namespace Switchboard.Core.Evaluation;

/// <summary>Measures the entities on messages with labelled slots.</summary>
public static class EntityEvaluation
{
    // The slots name a date by its part in a range and a number by what it counts; our entities say both in another way.
    private static readonly string[] slots = ["date", "date_from", "date_to", "date_period", "time", "time_from", "time_to", "time_period", "person_name", "number", "amount_of_money", "company_name", "shopping_category", "kids", "adults", "people", "rooms"];

    /// <summary>
    /// Reads <c>*.json</c> (arrays of <c>text</c> and <c>slots</c> with <c>span</c>) and reports precision, recall and F1 of each slot and of all, by overlap and with equal ends. Slots we
    /// have no type for, such as <c>shopping_category</c>, count as missed.
    /// </summary>
    /// <exception cref="InvalidDataException">There is no such file.</exception>
    public static EvaluationReport Run(EvaluationRequest request, CancellationToken cancellationToken)
    {
        // The day the set's values count from.
        var context = new EntityContext(new DateTimeOffset(2022, 3, 15, 9, 0, 0, TimeSpan.Zero), TimeZoneInfo.Utc, "en", "en-GB", "GBP");
        var score = new SpanScore(string.Empty, slots);
        int messages = 0;
        foreach (string file in DataFiles.Of(request.Data, ".json"))
        {
            string set = Path.GetFileNameWithoutExtension(file);
            using JsonDocument json = DataFiles.Json(file);
            if (json.RootElement.ValueKind != JsonValueKind.Array) continue;
            foreach (JsonElement row in json.RootElement.EnumerateArray().Take(request.Limit ?? int.MaxValue))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!row.TryGetProperty("text", out JsonElement body)) break;
                string text = body.GetString()!;
                TypedSpan[] labels = row.TryGetProperty("slots", out JsonElement named) ? [.. named.EnumerateObject().Select(s => new TypedSpan(s.Name, s.Value.GetProperty("span")[0].GetInt32(), s.Value.GetProperty("span")[1].GetInt32()))] : [];
                TypedSpan[] found = [.. EntityExtractor.Extract(text, context).Select(e => new TypedSpan(Slot(e), e.Start, e.End)).Where(s => s.Type.Length > 0)];
                score.Add(set, text, labels, found);
                messages++;
            }
        }
        if (messages == 0) throw new InvalidDataException($"{request.Data} holds no *.json with \"text\" and \"slots\".");
        return new EvaluationReport("entities", Path.GetFullPath(request.Data), score.Metrics(), score.Errors);
    }

    private static string Slot(Entity entity) => entity.Type switch
    {
        EntityTypes.Date => Ended("date", entity.Role),
        EntityTypes.DateRange when entity.Role is "from" or "to" => Ended("date", entity.Role),
        EntityTypes.DateRange => "date_period",
        EntityTypes.Duration => entity.Value.StartsWith("PT", StringComparison.Ordinal) ? "time_period" : "date_period",
        EntityTypes.Time or EntityTypes.DateTime => Ended("time", entity.Role),
        EntityTypes.TimeRange => "time_period",
        EntityTypes.Person => "person_name",
        EntityTypes.Money => "amount_of_money",
        EntityTypes.Organisation => "company_name",
        EntityTypes.Number => "number",
        EntityTypes.Quantity => entity.Value[(entity.Value.LastIndexOf(' ') + 1)..] switch { "adult" => "adults", "child" => "kids", "person" => "people", "room" => "rooms", _ => "number" },
        _ => string.Empty,
    };

    private static string Ended(string slot, string? role) => role is "from" or "to" ? $"{slot}_{role}" : slot;
}
