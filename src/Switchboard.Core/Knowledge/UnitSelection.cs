namespace Switchboard.Core.Knowledge;

/// <summary>
/// Chooses the units of an answer, all of one article: the procedure first when the customer wants to do something, else the sentence
/// that says most; then only what adds to it.
/// </summary>
internal static class UnitSelection
{
    private const double lambda = 0.7;
    private const double leastUnitScore = 0.15;
    private const double linksOnlyWorth = 0.3;
    // Who asks for a fact is not told first what to do; a procedure must fit clearly better to be the answer then.
    private const double unaskedStepsWorth = 0.6;

    // A further unit of the same section belongs to the answer when it says almost as much; one of another section when it adds this
    // share of the question.
    private const double companionShare = 0.8;
    private const double leastGain = 0.15;

    // A section of steps leads when it speaks of the question nearly as much as the section that does so most.
    private const double stepsShare = 0.75;
    // A point that says this share of what its whole list says of the question stands for the list.
    private const double pointShare = 0.75;
    private const int mostConditions = 2;
    private const int mostConditionsOfSentences = 1;

    private sealed record Scored(Passage Passage, int At, TextUnit Unit, double Score, double[] Matches, IReadOnlySet<string> Terms, SentenceRole Role);

    public static IReadOnlyList<ChosenUnit> Choose(Evidence evidence, IReadOnlyList<Passage> sources, int limit)
    {
        if (limit <= 0) return [];
        List<Scored> all = [.. sources.SelectMany(p => Units(evidence, p))];
        List<Scored> candidates = [.. all.Where(s => s.Score >= leastUnitScore)];
        // What an article says about itself, or where it sends the reader, answers nobody, unless it is all there is.
        List<Scored> saying = [.. candidates.Where(Says)];
        Scored? steps = evidence.WantsSteps ? Steps(evidence, sources[0], saying) : null;
        if (saying.Count == 0 && steps is null) saying = Beyond(evidence, sources[0]);
        if (saying.Count > 0 || steps is not null) candidates = saying;
        if (candidates.Count == 0 && steps is null) return [];
        var chosen = new List<Scored>();
        if (steps is not null) chosen.Add(steps);
        Pick(evidence, candidates, chosen, limit);

        List<Scored> conditions = Conditions(evidence, sources[0], chosen, steps is not null);
        chosen.RemoveAll(c => conditions.Exists(condition => Same(c, condition)));
        conditions = [.. conditions.Take(limit - Math.Min(1, chosen.Count))];
        chosen = [.. chosen.Take(limit - conditions.Count).SelectMany(c => c == steps ? [c] : Points(evidence, c)).Take(limit - conditions.Count)];
        return
        [
            .. (steps is null ? [] : conditions.OrderBy(c => c.Unit.Start).Append(steps)).Select(Chosen),
            .. chosen.Where(c => c != steps).Concat(steps is null ? conditions : []).OrderBy(c => c.Unit.Start).Select(Chosen),
        ];
    }

    /// <summary>When only the article's word about itself matches, the sentence of the article that comes nearest.</summary>
    private static List<Scored> Beyond(Evidence evidence, Passage first) =>
        [.. first.Article.Chunks.SelectMany(c => Units(evidence, first with { Chunk = c })).Where(Says).OrderByDescending(u => u.Score).ThenBy(u => u.Unit.Start).Take(1)];

    private static ChosenUnit Chosen(Scored unit) => new(unit.Passage, unit.At, unit.Unit);

    private static bool Says(Scored unit) => unit.Role is SentenceRole.Content or SentenceRole.Limit && !unit.Unit.LinksOnly;

    /// <summary>Greedy by maximal marginal relevance; a unit that neither belongs to the best section nor adds to the question is left out.</summary>
    private static void Pick(Evidence evidence, List<Scored> candidates, List<Scored> chosen, int limit)
    {
        while (chosen.Count < limit)
        {
            Scored? best = null;
            double bestValue = double.MinValue;
            double covered = evidence.Share(Together(chosen));
            foreach (Scored candidate in candidates)
            {
                if (chosen.Any(c => Same(c, candidate)) || (chosen.Count > 0 && !Adds(evidence, chosen, candidate, covered))) continue;
                double value = (lambda * candidate.Score) - ((1 - lambda) * (chosen.Count == 0 ? 0 : chosen.Max(c => Ranking.Jaccard(c.Terms, candidate.Terms))));
                if (value <= bestValue) continue;
                best = candidate;
                bestValue = value;
            }
            if (best is null) break;
            chosen.Add(best);
        }
    }

    private static bool Adds(Evidence evidence, List<Scored> chosen, Scored candidate, double covered)
    {
        if (evidence.Share(Together([.. chosen, candidate])) - covered >= leastGain) return true;
        return chosen[0].Unit.Kind == UnitKind.Sentence && candidate.Passage.Chunk == chosen[0].Passage.Chunk && candidate.Score >= companionShare * chosen[0].Score;
    }

    private static double[] Together(IReadOnlyList<Scored> units)
    {
        if (units.Count == 0) return [];
        var best = new double[units[0].Matches.Length];
        foreach (Scored unit in units)
            for (int i = 0; i < best.Length; i++) best[i] = Math.Max(best[i], unit.Matches[i]);
        return best;
    }

    /// <summary>The points of a bulleted list that speak of the question, when few of them do; else the list as it is.</summary>
    private static IEnumerable<Scored> Points(Evidence evidence, Scored list)
    {
        if (list.Unit.Points.Count < 2 || IsProcedure(list.Unit)) return [list];
        string language = list.Passage.Article.Article.Language;
        double[] own = [.. list.Unit.Points.Select(p => evidence.Coverage([AnalysedArticle.TermsOf(p.Text, language)]))];
        if (own.Max() < pointShare * evidence.Coverage([list.Passage.Chunk.Units[list.At]])) return [list];
        TextUnit[] telling = [.. list.Unit.Points.Where((_, i) => own[i] >= pointShare * own.Max() && own[i] > 0)];
        return telling.Length == 0 || telling.Length * 2 > list.Unit.Points.Count ? [list] : telling.Select(p => list with { Unit = p });
    }

    /// <summary>The procedure of the section that is about the question. Steps rarely repeat it: their heading says what they do.</summary>
    private static Scored? Steps(Evidence evidence, Passage first, List<Scored> candidates)
    {
        // Here a synonym says as much as the word itself: the section on inviting is about adding people.
        double Spoken(params IEnumerable<string[]> texts) => evidence.Share([.. evidence.Matches(texts).Select(m => m > 0 ? 1.0 : 0)]);
        double titled = Spoken(first.Article.Title);
        double Section(AnalysedChunk chunk, string[] unit) =>
            (0.5 * Spoken(chunk.Headings, unit)) + (0.5 * Spoken([chunk.Headings, .. chunk.Units])) + Spoken([first.Article.Title, chunk.Headings, .. chunk.Units]) - titled;

        double best = candidates.Where(c => c.Role == SentenceRole.Content).Select(c => Section(c.Passage.Chunk, c.Passage.Chunk.Units[c.At])).DefaultIfEmpty(0).Max();
        Scored? steps = null;
        double most = stepsShare * best;
        foreach (AnalysedChunk chunk in first.Article.Chunks)
        {
            for (int u = chunk.Chunk.Overlap ? 1 : 0; u < chunk.Units.Count; u++)
            {
                if (!IsProcedure(chunk.Chunk.Units[u])) continue;
                double section = Section(chunk, chunk.Units[u]);
                if (section < most || (steps is not null && section <= most)) continue;
                steps = Score(evidence, first with { Chunk = chunk }, u);
                most = section;
            }
        }
        return steps;
    }

    private static bool IsProcedure(TextUnit unit) =>
        unit is { Kind: UnitKind.List, LinksOnly: false } && (unit.Text.StartsWith("1. ", StringComparison.Ordinal) || unit.Text.Contains("\n1. ", StringComparison.Ordinal));

    /// <summary>Who may do it and on which plan, as the section of the answer says it; before steps also what the article's first lines say.</summary>
    private static List<Scored> Conditions(Evidence evidence, Passage first, List<Scored> chosen, bool steps)
    {
        var conditions = new List<Scored>();
        IEnumerable<AnalysedChunk> chunks = chosen.Select(c => c.Passage.Chunk);
        if (steps) chunks = chunks.Prepend(first.Article.Chunks[0]);
        foreach (AnalysedChunk chunk in chunks.Distinct())
        {
            Passage passage = first with { Chunk = chunk };
            for (int u = 0; u < chunk.Units.Count && conditions.Count < (steps ? mostConditions : mostConditionsOfSentences); u++)
            {
                Scored unit = Score(evidence, passage, u);
                if (unit.Role == SentenceRole.Limit && !conditions.Exists(c => Same(c, unit))) conditions.Add(unit);
            }
        }
        return conditions;
    }

    private static bool Same(Scored a, Scored b) => a.Unit.Start == b.Unit.Start;

    private static IEnumerable<Scored> Units(Evidence evidence, Passage passage)
    {
        for (int u = 0; u < passage.Chunk.Units.Count; u++)
            if (!passage.Chunk.Chunk.Units[u].Dangling) yield return Score(evidence, passage, u);
    }

    private static Scored Score(Evidence evidence, Passage passage, int at)
    {
        TextUnit unit = passage.Chunk.Chunk.Units[at];
        string[] terms = passage.Chunk.Units[at];
        // "How many? Up to 25.": the answer means what the question before it asks.
        if (at > 0 && unit.Kind == UnitKind.Sentence && passage.Chunk.Chunk.Units[at - 1] is { Kind: UnitKind.Sentence } before && before.Text.EndsWith('?'))
            terms = [.. passage.Chunk.Units[at - 1], .. terms];
        double own = evidence.Coverage([terms]);
        double context = evidence.Coverage([passage.Article.Title, passage.Chunk.Headings, terms]);
        double coverage = 0.5 * (own + context) * (unit.LinksOnly ? linksOnlyWorth : 1) * (IsProcedure(unit) && !evidence.WantsSteps ? unaskedStepsWorth : 1);
        double score = coverage * (0.7 + (0.3 * passage.Candidate.Parts.Score));
        return new Scored(passage, at, unit, score, evidence.Matches([passage.Article.Title, passage.Chunk.Headings, terms]), terms.ToHashSet(StringComparer.Ordinal), SentenceRoles.Of(unit, passage.Article.Article.Body));
    }
}
