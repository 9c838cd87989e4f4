using Microsoft.Extensions.AI;
using Switchboard.Core.Knowledge.Vectors;

namespace Switchboard.Core.Knowledge;

/// <summary>The vectors of the articles and questions of a folder, made before the search is measured with them.</summary>
public sealed class EvaluationVectors
{
    private const int nearest = 200;

    private readonly VectorTable table;
    private readonly IReadOnlyDictionary<string, float[]> asked;
    private readonly bool isTrained;

    private EvaluationVectors(string name, VectorTable table, IReadOnlyDictionary<string, float[]> asked, bool isTrained)
    {
        Name = name;
        this.table = table;
        this.asked = asked;
        this.isTrained = isTrained;
    }

    /// <summary>What figures measured with them are called by: local or api.</summary>
    public string Name { get; }

    /// <summary>Makes the vectors of a folder as <see cref="RetrievalData"/> reads it.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="limit">Only the first questions of each set.</param>
    /// <param name="embedders">Make them.</param>
    /// <param name="cancellationToken">Breaks off.</param>
    /// <exception cref="VectorsUnavailableException">The server cannot be asked.</exception>
    public static async Task<EvaluationVectors> OfAsync(string folder, int? limit, Embedders embedders, CancellationToken cancellationToken)
    {
        EmbeddedPassage[] passages = [.. RetrievalData.Articles(folder, cancellationToken).Index.Passages().DistinctBy(p => p.Key)];
        string[] questions = [.. RetrievalData.Questions(folder, limit).SelectMany(s => s.Questions).Select(q => q.Query).Distinct(StringComparer.Ordinal)];
        bool isLocal = embedders.Source == EmbeddingSource.Local;
        IEmbeddingGenerator<string, Embedding<float>> generator = isLocal ? new HashedEmbeddings(HashedEmbeddings.WeightsOf(passages.Select(p => p.Text))) : embedders.Server(embedders.Wanted ?? "");
        IReadOnlyList<float[]> ofPassages = await embedders.EmbedAsync(generator, [.. passages.Select(p => p.Text)], null, cancellationToken);
        IReadOnlyList<float[]> ofQuestions = await embedders.EmbedAsync(generator, questions, ofPassages.Count == 0 ? null : ofPassages[0].Length, cancellationToken);
        VectorTable vectors = VectorTable.Empty(ofPassages.Count == 0 ? HashedEmbeddings.Dimensions : ofPassages[0].Length).With(passages.Zip(ofPassages, (p, v) => (p.Key, v)), []);
        return new EvaluationVectors(isLocal ? "local" : "api", vectors, questions.Zip(ofQuestions).ToDictionary(q => q.First, q => q.Second, StringComparer.Ordinal), !isLocal);
    }

    /// <summary>What lies near one of the folder's questions.</summary>
    public NearPassages Near(KnowledgeIndex index, string question, SearchOptions options) => new(table.Nearest(asked[question], index.Scope(options).Allows, nearest), isTrained);
}
