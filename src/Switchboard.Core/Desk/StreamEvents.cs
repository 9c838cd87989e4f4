namespace Switchboard.Core.Desk;

/// <summary>The names of the events a stream carries.</summary>
public static class StreamEvents
{
    /// <summary>A message was accepted and its run begins.</summary>
    public const string RunStarted = "run.started";

    /// <summary>What the message says.</summary>
    public const string Understanding = "understanding";

    /// <summary>Who gets it, and who does not, and why.</summary>
    public const string Routing = "routing";

    /// <summary>An agent begins.</summary>
    public const string AgentStarted = "agent.started";

    /// <summary>An agent begins to read.</summary>
    public const string ToolStarted = "tool.started";

    /// <summary>An agent has read.</summary>
    public const string ToolFinished = "tool.finished";

    /// <summary>One whole sentence, after all checks.</summary>
    public const string TextDelta = "text.delta";

    /// <summary>Where the sentence before comes from.</summary>
    public const string Citation = "citation";

    /// <summary>An agent offers an action, with what it would change.</summary>
    public const string ActionProposed = "action.proposed";

    /// <summary>An action was performed.</summary>
    public const string ActionPerformed = "action.performed";

    /// <summary>People must approve an action first.</summary>
    public const string ApprovalRequired = "approval.required";

    /// <summary>People take the conversation.</summary>
    public const string Handoff = "handoff";

    /// <summary>The whole reply.</summary>
    public const string MessageCompleted = "message.completed";

    /// <summary>The run is put off: before another attempt of a step that failed, or because it sleeps.</summary>
    public const string RunPaused = "run.paused";

    /// <summary>How far a job is. When it has no number it was told between two writes and is not stored.</summary>
    public const string JobProgress = "job.progress";

    /// <summary>The run has ended; the last event of a run.</summary>
    public const string RunFinished = "run.finished";

    /// <summary>The run failed.</summary>
    public const string Error = "error";
}
