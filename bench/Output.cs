using System.Globalization;
using System.Text.Json;

namespace Switchboard.Bench;

/// <summary>How results are printed.</summary>
internal static class Output
{
    public static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true };
}
