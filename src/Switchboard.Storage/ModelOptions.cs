using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Switchboard.Storage;

/// <summary>How every model of the storage is opened. All have the same options, since each set of them would have a model of its own built.</summary>
internal static class ModelOptions
{
    /// <summary>
    /// Options to be completed with a database. Whether the model has changes that no migration brings is for the tests of both homes to say: comparing it with its last picture at
    /// each start costs a tenth of the start, and the one who starts a server could not mend it.
    /// </summary>
    public static DbContextOptionsBuilder<T> New<T>() where T : DbContext => new DbContextOptionsBuilder<T>().ConfigureWarnings(w => w.Ignore(RelationalEventId.PendingModelChangesWarning));
}
