namespace Switchboard.Core.Runs;

/// <summary>The run was taken over, ended or cancelled by somebody else; whoever still worked on it stops and writes nothing.</summary>
public sealed class RunEndedException() : Exception("The run goes on elsewhere, or has ended.");

/// <summary>Somebody asked that the run be cancelled; it ends before its next step.</summary>
internal sealed class RunCancelledException() : Exception("The run is cancelled.");

/// <summary>A step's work failed; the executor decides by the rule whether the run is put off or ends.</summary>
internal sealed class StepRetryException(string step, RetryRule rule, Exception error) : Exception(error.Message, error)
{
    public string Step => step;

    public RetryRule Rule => rule;
}

/// <summary>The run waits, as its <see cref="RunRest"/> says.</summary>
internal sealed class RunSleepsException() : Exception("The run sleeps.");
