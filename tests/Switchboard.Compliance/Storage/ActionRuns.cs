using System.Reflection;
using Switchboard.Core.Actions;
using Switchboard.Core.Runs;

namespace Switchboard.Compliance.Storage;

/// <summary>Performs an action in a run when only the test's data knows its type.</summary>
public static class ActionRuns
{
    private static readonly MethodInfo perform = typeof(ActionRuns).GetMethod(nameof(TypedAsync), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <summary>Performs it and gives how it ended.</summary>
    public static Task<object?> PerformAsync(RunContext run, string key, DeskAction action, CancellationToken cancellationToken)
    {
        Type type = action.GetType();
        while (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(DeskAction<>)) type = type.BaseType!;
        return (Task<object?>)perform.MakeGenericMethod(type.GetGenericArguments()).Invoke(null, [run, key, action, cancellationToken])!;
    }

    private static async Task<object?> TypedAsync<TResult>(RunContext run, string key, DeskAction<TResult> action, CancellationToken cancellationToken) where TResult : class
    {
        Outcome<TResult> outcome = await run.PerformAsync(key, action, cancellationToken);
        return new { outcome.Kind, outcome.Clause.Rule };
    }
}
