using System.Globalization;
using System.Runtime.InteropServices;
using Espalier.Core;

namespace Espalier.Training.Distribution;

/// <summary>The calls of Open MPI that training needs, bound when a run was started by <c>mpirun</c> and not before.</summary>
internal static unsafe class OpenMpi
{
    private const int Funneled = 1;
    private static readonly string[] Files = ["libmpi.so.40", "libmpi.so.20", "libmpi.40.dylib", "libmpi.so"];

    // MPI_IN_PLACE of Open MPI.
    private static readonly void* InPlace = (void*)1;

    private static nint _library;
    private static nint _world;
    private static nint _float;
    private static nint _double;
    private static nint _byte;
    private static nint _sum;

    /// <summary>How many processes <c>mpirun</c> started; 1 where it started none.</summary>
    public static int LaunchedSize =>
        int.TryParse(Environment.GetEnvironmentVariable("OMPI_COMM_WORLD_SIZE"), NumberStyles.None, CultureInfo.InvariantCulture,
            out var size) ? size : 1;

    /// <summary>Loads the library and joins the other processes.</summary>
    /// <returns>This process's number and how many there are.</returns>
    /// <exception cref="EspalierException">Open MPI is not there, or will not start.</exception>
    public static (int Rank, int Size) Join()
    {
        Load();
        int provided, rank, size;
        Check(((delegate* unmanaged<void*, void*, int, int*, int>)Function("MPI_Init_thread"))(null, null, Funneled, &provided), "start");
        // Failures come back as numbers instead of ending the process without a word.
        Check(((delegate* unmanaged<nint, nint, int>)Function("MPI_Comm_set_errhandler"))(_world, Function("ompi_mpi_errors_return")),
            "start");
        Check(((delegate* unmanaged<nint, int*, int>)Function("MPI_Comm_rank"))(_world, &rank), "start");
        Check(((delegate* unmanaged<nint, int*, int>)Function("MPI_Comm_size"))(_world, &size), "start");
        return (rank, size);
    }

    /// <summary>values ← their sum over all processes.</summary>
    public static void AllReduce(Span<double> values)
    {
        var reduce = (delegate* unmanaged<void*, void*, int, nint, nint, nint, int>)Function("MPI_Allreduce");
        fixed (double* at = values) Check(reduce(InPlace, at, values.Length, _double, _sum, _world), "exchange numbers");
    }

    /// <summary>Begins the same for float32 in memory; the request it returns is to be waited for.</summary>
    public static nint BeginAllReduce(nint address, int count)
    {
        var begin = (delegate* unmanaged<void*, void*, int, nint, nint, nint, nint*, int>)Function("MPI_Iallreduce");
        nint request;
        Check(begin(InPlace, (void*)address, count, _float, _sum, _world, &request), "exchange gradients");
        return request;
    }

    /// <summary>Lets a request move on; true once it is done.</summary>
    public static bool Test(ref nint request)
    {
        var test = (delegate* unmanaged<nint*, int*, void*, int>)Function("MPI_Test");
        int done;
        fixed (nint* at = &request) Check(test(at, &done, null), "exchange gradients");
        return done != 0;
    }

    /// <summary>Waits for a request.</summary>
    public static void Wait(ref nint request)
    {
        fixed (nint* at = &request) Check(((delegate* unmanaged<nint*, void*, int>)Function("MPI_Wait"))(at, null), "exchange gradients");
    }

    /// <summary>bytes ← process 0's.</summary>
    public static void Broadcast(Span<byte> bytes)
    {
        var broadcast = (delegate* unmanaged<void*, int, nint, int, nint, int>)Function("MPI_Bcast");
        fixed (byte* at = bytes) Check(broadcast(at, bytes.Length, _byte, 0, _world), "agree");
    }

    /// <summary>Everybody's bytes, one after another; all of one length.</summary>
    public static void AllGather(ReadOnlySpan<byte> bytes, Span<byte> all)
    {
        var gather = (delegate* unmanaged<void*, int, nint, void*, int, nint, nint, int>)Function("MPI_Allgather");
        fixed (byte* from = bytes, to = all) Check(gather(from, bytes.Length, _byte, to, bytes.Length, _byte, _world), "agree");
    }

    /// <summary>Leaves the group in good order; waits for the others.</summary>
    public static void Leave() => ((delegate* unmanaged<int>)Function("MPI_Finalize"))();

    /// <summary>Ends every process of the group.</summary>
    public static void Abort(int exitCode) => ((delegate* unmanaged<nint, int, int>)Function("MPI_Abort"))(_world, exitCode);

    private static void Load()
    {
        foreach (var file in Files)
        {
            if (NativeLibrary.TryLoad(file, out _library)) break;
        }

        if (_library == 0) throw new EspalierException("This run was started by mpirun, but Open MPI's library (libmpi.so.40) cannot be "
            + "loaded: install Open MPI (Debian: libopenmpi3), or start espalier without mpirun.");
        if (!NativeLibrary.TryGetExport(_library, "ompi_mpi_comm_world", out _world))
            throw new EspalierException("This run was started by mpirun, but the MPI library that was found is not Open MPI: "
                + "install Open MPI (Debian: libopenmpi3) and start with its mpirun.");
        (_float, _double, _byte, _sum) = (Function("ompi_mpi_float"), Function("ompi_mpi_double"), Function("ompi_mpi_byte"),
            Function("ompi_mpi_op_sum"));
    }

    private static nint Function(string name) => NativeLibrary.GetExport(_library, name);

    private static void Check(int code, string what)
    {
        if (code != 0)
            throw new EspalierException(string.Create(CultureInfo.InvariantCulture,
                $"The processes of this run could not {what} (Open MPI error {code}): one of them has ended or is out of reach."));
    }
}
