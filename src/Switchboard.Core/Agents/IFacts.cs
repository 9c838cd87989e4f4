using Switchboard.Core.Knowledge;

namespace Switchboard.Core.Agents;

/// <summary>What agents read the world through. Each call is limited to the tenant and to what the actor may see.</summary>
public interface IFacts
{
    /// <summary>What the tenant's published articles say to a question, with the evidence for each sentence.</summary>
    Task<KnowledgeAnswer> AnswerAsync(string question);
}
