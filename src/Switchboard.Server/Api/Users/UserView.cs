using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Storage.Accounts;

namespace Switchboard.Server.Api.Users;

/// <summary>A member of the staff.</summary>
public sealed record UserView(
    Guid Id, string Email, string Name, Role Role, UserStatus Status, string? Team, IReadOnlyList<string> Skills, IReadOnlyList<string> Languages, int Capacity, Availability Availability, string? TimeZone, bool IsVerified, bool MfaEnabled,
    DateTimeOffset? LastSignInAt, DateTimeOffset CreatedAt)
{
    /// <summary>Shows a user.</summary>
    public static UserView Of(User user) => new(
        user.Id, user.Email, user.Name, user.Role, user.Status, user.Team, user.Skills, user.Languages, user.Capacity, user.Availability, user.TimeZone, user.IsVerified, user.MfaEnabled, user.LastSignInAt, user.CreatedAt);
}

/// <summary>What fields of a user may hold.</summary>
public static class UserFields
{
    private const int mostText = 100;
    private const int mostItems = 50;
    private const int mostCapacity = 1000;

    /// <summary>What is wrong with a change; null when it can be made.</summary>
    public static IResult? Problem(UserChange change)
    {
        var errors = new List<(string, string)>();
        if (change.Name is { } name && (string.IsNullOrWhiteSpace(name) || name.Length > mostText || name.Any(char.IsControl))) errors.Add(("name", $"has 1 to {mostText} characters in one line"));
        if (change.Role is { } role && !Enum.IsDefined(role)) errors.Add(("role", "is no role"));
        if (change.Status is not (null or UserStatus.Active or UserStatus.Suspended)) errors.Add(("status", "is active or suspended"));
        if (change.Team is { Length: > mostText }) errors.Add(("team", $"has at most {mostText} characters"));
        if (Wrong(change.Skills)) errors.Add(("skills", $"has at most {mostItems} entries of 1 to {mostText} characters"));
        if (Wrong(change.Languages)) errors.Add(("languages", $"has at most {mostItems} entries of 1 to {mostText} characters"));
        if (change.Capacity is < 0 or > mostCapacity) errors.Add(("capacity", $"is a number from 0 to {mostCapacity}"));
        if (change.TimeZone is { Length: > 0 } zone && (zone.Length > mostText || !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))) errors.Add(("timeZone", "is the IANA name of a time zone"));
        return errors.Count == 0 ? null : Problems.Invalid([.. errors]);
    }

    private static bool Wrong(IReadOnlyList<string>? list) => list is not null && (list.Count > mostItems || list.Any(e => e is not { Length: > 0 and <= mostText }));
}
