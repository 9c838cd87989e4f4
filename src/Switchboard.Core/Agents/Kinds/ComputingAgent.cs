using System.Text.Json;
using System.Text.Json.Nodes;

namespace Switchboard.Core.Agents.Kinds;

/// <summary>The shapes of an agent as JSON Schemas.</summary>
/// <param name="Input">What it takes.</param>
/// <param name="Facts">What it loads, and what may stand in its place.</param>
/// <param name="Output">What it gives.</param>
public sealed record AgentSchemas(JsonNode Input, JsonNode Facts, JsonNode Output);

/// <summary>What an agent loaded.</summary>
/// <param name="Facts">The facts as JSON; null when there is a stop.</param>
/// <param name="Stop">Why nothing could be loaded.</param>
public sealed record LoadedFacts(JsonElement? Facts, Stop? Stop);

/// <summary>An agent that loads facts and computes from them, by a function that reads nothing else. What is loaded is a record, so a specification's example needs no database.</summary>
public abstract class ComputingAgent : Agent
{
    /// <summary>Its shapes.</summary>
    public abstract AgentSchemas Schemas { get; }

    /// <summary>Makes sure that an input and facts can be read.</summary>
    /// <exception cref="AgentInputException">They cannot; the message names the field.</exception>
    public abstract void Check(JsonElement input, JsonElement? facts);

    /// <summary>Loads the facts.</summary>
    /// <exception cref="FactsDeniedException">It may not read them.</exception>
    public abstract Task<LoadedFacts> LoadAsync(JsonElement input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken);

    /// <summary>Computes the output from the facts, and what is to be done about it.</summary>
    public abstract AgentWork Compute(JsonElement input, JsonElement facts, AgentBasis basis);

    /// <summary>What its executions are about beside themselves, so that those about the same follow each other; null when they need not.</summary>
    public virtual string? SubjectOf(JsonElement input) => null;

    /// <summary>The actions that every agent of its kind may ask for, whatever its card says: they keep what it found and change nothing else.</summary>
    public virtual IReadOnlyList<string> OwnActions => [];
}

/// <summary>An agent that loads facts and computes from them.</summary>
/// <typeparam name="TInput">What it takes.</typeparam>
/// <typeparam name="TFacts">What it loads.</typeparam>
/// <typeparam name="TOutput">What it gives.</typeparam>
public abstract class ComputingAgent<TInput, TFacts, TOutput> : ComputingAgent
    where TInput : class
    where TFacts : class
    where TOutput : class
{
    private readonly Lazy<AgentSchemas> schemas = new(() => new AgentSchemas(AgentJson.SchemaOf(typeof(TInput)), AgentJson.SchemaOf(typeof(TFacts)), AgentJson.SchemaOf(typeof(TOutput))));

    /// <inheritdoc />
    public sealed override AgentSchemas Schemas => schemas.Value;

    /// <summary>Loads what the computation needs. Rows are read through <paramref name="rows"/> alone, which notes them as evidence.</summary>
    protected abstract Task<Finding<TFacts>> LoadAsync(TInput input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken);

    /// <summary>What comes of the facts. It is called again in a replay, so it reads nothing but what it is given. A fact that is not known is null, never a default.</summary>
    private protected abstract Finding<Work<TOutput>> WorkOn(TInput input, TFacts facts, AgentBasis basis);

    /// <summary>Loads what the kind needs beside the agent's own facts.</summary>
    private protected virtual Task<TFacts> CompleteAsync(TInput input, TFacts facts, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken) => Task.FromResult(facts);

    /// <inheritdoc />
    public sealed override void Check(JsonElement input, JsonElement? facts)
    {
        AgentValues.Check(AgentJson.Read<TInput>(input, "input"), "input");
        if (facts is { } given) AgentValues.Check(AgentJson.Read<TFacts>(given, "facts"), "facts");
    }

    /// <inheritdoc />
    public sealed override async Task<LoadedFacts> LoadAsync(JsonElement input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken)
    {
        TInput taken = AgentJson.Read<TInput>(input, "input");
        Finding<TFacts> loaded = await LoadAsync(taken, rows, basis, cancellationToken);
        return new LoadedFacts(loaded.Value is { } facts ? AgentJson.Write(await CompleteAsync(taken, facts, rows, basis, cancellationToken)) : null, loaded.Stop);
    }

    /// <inheritdoc />
    public sealed override AgentWork Compute(JsonElement input, JsonElement facts, AgentBasis basis)
    {
        Finding<Work<TOutput>> found = WorkOn(AgentJson.Read<TInput>(input, "input"), AgentJson.Read<TFacts>(facts, "facts"), basis);
        return found.Value is { } work ? new AgentWork(AgentJson.Write(work.Output), null) { Steps = work.Steps } : new AgentWork(null, found.Stop);
    }
}
