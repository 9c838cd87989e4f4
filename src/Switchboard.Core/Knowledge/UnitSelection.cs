namespace Switchboard.Core.Knowledge;

/// <summary>Chooses the units of an answer.</summary>
internal static class UnitSelection
{
    private const double lambda = 0.7;
    private const double leastUnitScore = 0.15;

    private sealed record Scored(Passage Passage, int At, TextUnit Unit, double Score, IReadOnlySet<string> Terms);

    public static IReadOnlyList<ChosenUnit> Choose(Evidence evidence, IReadOnlyList<Passage> items, int limit)
    {
        List<Scored> candidates = [.. items.SelectMany(p => Units(evidence, p)).Where(s => s.Score >= leastUnitScore)];
        if (candidates.Count == 0) return [];

        Guid main = items[0].Article.Article.ArticleId;
        var chosen = new List<Scored>();
        while (chosen.Count < limit)
        {
            Scored? best = null;
            double bestValue = double.MinValue;
            foreach (Scored candidate in candidates)
            {
                if (chosen.Any(c => Same(c, candidate))) continue;
                if (candidate.Passage.Article.Article.ArticleId != main) continue;
                double value = (lambda * candidate.Score) - ((1 - lambda) * (chosen.Count == 0 ? 0 : chosen.Max(c => Ranking.Jaccard(c.Terms, candidate.Terms))));
                if (value <= bestValue) continue;
                best = candidate;
                bestValue = value;
            }
            if (best is null) break;
            chosen.Add(best);
        }
        return [.. chosen.OrderBy(c => c.Unit.Start).Select(c => new ChosenUnit(c.Passage, c.At, c.Unit))];
    }

    private static bool Same(Scored a, Scored b) => a.Passage.Article == b.Passage.Article && a.Unit.Start == b.Unit.Start;

    private static IEnumerable<Scored> Units(Evidence evidence, Passage passage)
    {
        for (int u = 0; u < passage.Chunk.Units.Count; u++)
        {
            TextUnit unit = passage.Chunk.Chunk.Units[u];
            if (unit.Dangling) continue;
            string[] terms = passage.Chunk.Units[u];
            double own = evidence.Coverage([terms]);
            double context = evidence.Coverage([passage.Article.Title, passage.Chunk.Headings, terms]);
            double coverage = 0.5 * (own + context);
            if (unit.LinksOnly) coverage *= 0.3;
            double score = coverage * (0.7 + (0.3 * passage.Candidate.Parts.Score));
            yield return new Scored(passage, u, unit, score, terms.ToHashSet(StringComparer.Ordinal));
        }
    }
}
