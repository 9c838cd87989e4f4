using System.Text.Json;
using Switchboard.Core.Understanding;
using Switchboard.Core.Understanding.Entities;
using Switchboard.Core.Understanding.Pii;

namespace Switchboard.Core.Evaluation;

/// <summary>Measures the detection of personal data on sentences with labelled spans, and false alarms on messages without any.</summary>
public static class PiiEvaluation
{
    // Labels of the set and our kinds. Web addresses and dates are no personal data by themselves: for them the extractor of entities is measured.
    private static readonly Dictionary<string, string> kinds = new(StringComparer.Ordinal)
    {
        ["CREDIT_CARD"] = PiiKinds.Card,
        ["IBAN_CODE"] = PiiKinds.Iban,
        ["EMAIL_ADDRESS"] = PiiKinds.Email,
        ["PHONE_NUMBER"] = PiiKinds.Phone,
        ["IP_ADDRESS"] = PiiKinds.Ip,
        ["US_SSN"] = PiiKinds.Ssn,
        ["PERSON"] = PiiKinds.Name,
        ["DOMAIN_NAME"] = EntityTypes.Url,
        ["DATE_TIME"] = EntityTypes.Date,
        ["US_DRIVER_LICENSE"] = PiiKinds.DrivingLicence,
    };

    /// <summary>
    /// Reads <c>*.json</c> (an array of <c>full_text</c> and <c>spans</c>) and reports precision, recall and F1 of each kind by overlap, and reads <c>*.csv</c> (one message a
    /// line, the label behind the last comma; nothing personal in it) and reports <c>false_alarms</c>, the share of messages with a finding.
    /// </summary>
    /// <exception cref="InvalidDataException">There is no such file.</exception>
    public static EvaluationReport Run(EvaluationRequest request, CancellationToken cancellationToken)
    {
        var score = new SpanScore(string.Empty, [.. kinds.Values]);
        var alarms = new List<bool>();
        var errors = new List<EvaluationError>();
        int sentences = 0;
        foreach (string file in DataFiles.Of(request.Data, ".json", ".csv"))
        {
            string set = Path.GetFileNameWithoutExtension(file);
            if (file.EndsWith(".csv", StringComparison.OrdinalIgnoreCase))
            {
                foreach (string text in DataFiles.CsvTexts(file).Take(request.Limit ?? int.MaxValue))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    IReadOnlyList<PiiFinding> found = PiiDetector.Find(text);
                    alarms.Add(found.Count > 0);
                    if (found.Count > 0 && errors.Count < EvaluationReport.MostErrors) errors.Add(new EvaluationError(set, text, "nothing", null, [.. found.Select(f => $"{f.Kind}: {text[f.Start..f.End]}")]));
                }
                continue;
            }
            using JsonDocument json = DataFiles.Json(file);
            if (json.RootElement.ValueKind != JsonValueKind.Array) continue;
            foreach (JsonElement row in json.RootElement.EnumerateArray().Take(request.Limit ?? int.MaxValue))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!row.TryGetProperty("full_text", out JsonElement full) || !row.TryGetProperty("spans", out JsonElement spans)) break;
                string text = full.GetString()!;
                TypedSpan[] labels = [.. spans.EnumerateArray().Where(s => kinds.ContainsKey(s.GetProperty("entity_type").GetString()!))
                    .Select(s => new TypedSpan(kinds[s.GetProperty("entity_type").GetString()!], s.GetProperty("start_position").GetInt32(), s.GetProperty("end_position").GetInt32()))];
                List<Token> tokens = Tokens.Of(text);
                TypedSpan[] found =
                [
                    .. PiiDetector.Find(text).Select(f => new TypedSpan(f.Kind, f.Start, f.End)),
                    .. AddressPatterns.Find(text).Where(h => h.Type == EntityTypes.Url).Select(h => new TypedSpan(h.Type, h.Start, h.End)),
                    .. DateForms.Spans(text, tokens).Select(d => new TypedSpan(EntityTypes.Date, d.Start, d.End)),
                ];
                score.Add(set, text, labels, found);
                sentences++;
            }
        }
        if (sentences + alarms.Count == 0) throw new InvalidDataException($"{request.Data} holds no *.json with \"full_text\" and \"spans\" and no *.csv of messages.");
        List<EvaluationMetric> metrics = sentences > 0 ? [.. score.Metrics().Where(m => !m.Name.StartsWith("exact.", StringComparison.Ordinal))] : [];
        if (alarms.Count > 0) metrics.Add(Measure.Share("false_alarms", alarms, Better.Lower));
        return new EvaluationReport("pii", Path.GetFullPath(request.Data), metrics, [.. score.Errors.Concat(errors).Take(EvaluationReport.MostErrors)]);
    }
}
