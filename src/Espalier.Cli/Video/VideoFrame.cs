using Espalier.Vision;

namespace Espalier.Cli.Video;

/// <summary>One frame of a video.</summary>
/// <param name="Picture">Its pixels; they are used again for a later frame once the next one is asked for.</param>
/// <param name="Seconds">When it is shown, from the first frame on; a camera's, when it came.</param>
internal readonly record struct VideoFrame(Picture Picture, double Seconds);
