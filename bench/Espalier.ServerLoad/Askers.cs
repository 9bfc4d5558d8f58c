using Espalier.Runtime;

namespace Espalier.ServerLoad;

/// <summary>Has one picture after another looked at; one a thread.</summary>
internal interface IAsker : IDisposable
{
    /// <summary>Has a picture looked at and waits for that.</summary>
    /// <returns>The answer's status.</returns>
    int Ask(int index);
}

/// <summary>Asks a server on a connection of its own.</summary>
internal sealed class ServerAsker : IAsker
{
    private readonly Connection _connection;
    private readonly byte[][] _requests;

    public ServerAsker(int port, byte[][] requests)
    {
        (_connection, _requests) = (new Connection(port), requests);
        _connection.Status(Connection.Get("/healthz"));
    }

    public int Ask(int index) => _connection.Status(_requests[index % _requests.Length]);

    public void Dispose() => _connection.Dispose();
}

/// <summary>Asks the reader in this process.</summary>
internal sealed class InProcessAsker(HouseNumberReader reader, byte[][] photos) : IAsker
{
    public int Ask(int index)
    {
        reader.Read(photos[index % photos.Length]);
        return 200;
    }

    public void Dispose()
    {
    }
}
