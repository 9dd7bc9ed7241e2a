"""What the bit reservoir is worth, preset by preset.

Encodes eleven kinds of generated material with and without LAME's reservoir and compares each decoded
MP3 with its source by two variables of ITU-R BS.1387 (PEAQ): the total noise-to-mask ratio, in dB
(lower is better), and the share of frames in which some band's noise passes the mask by 1.5 dB.
The ear model is the FFT one with quarter-Bark bands, simplified: fixed spreading slopes, no time
smearing. GstPEAQ's `peaq` adds the grades of the whole of PEAQ (0 is no difference, -4 very annoying).
Needs numpy; espeak-ng adds real speech.
"""

import argparse
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("ffmpeg", help="encodes, and decodes everything")
parser.add_argument("--against", metavar="FFMPEG", help="encodes what has the reservoir, instead of the first")
parser.add_argument("--peaq", metavar="PROGRAM", help="GstPEAQ's command line, with its plug-in installed")
parser.add_argument("--seconds", type=int, default=10, help="of each material")
OPTIONS = parser.parse_args()
RATE = 48000
SECONDS = OPTIONS.seconds
PRESETS = {
    "v0": ["-q:a", "0"],
    "v2": ["-q:a", "2"],
    "320": ["-b:a", "320k"],
    "192": ["-b:a", "192k"],
    "128": ["-b:a", "128k"],
}
# LAME makes these quieter against clipping (presets.c); grades are of the same level.
LEVELS = {"192": 0.97, "128": 0.95}
rng = np.random.default_rng(1)
t = np.arange(SECONDS * RATE) / RATE


def stereo(left, right=None):
    both = np.stack([left, left if right is None else right], axis=1)
    return 0.7 * both / np.abs(both).max()


def decaying(times, pitch, decay, partials=6):
    out = np.zeros_like(t)
    for start in times:
        local = t - start
        on = local >= 0
        for n in range(1, partials + 1):
            freq = pitch() * n
            if freq < 18000:
                out[on] += np.exp(-local[on] * decay * n) * np.sin(2 * np.pi * freq * local[on]) / n
    return out


def audible(sound):
    """Up to 20 kHz. PEAQ takes what a source has above 21.6 kHz for silence."""
    spectrum = np.fft.rfft(sound)
    spectrum[20000 * SECONDS :] = 0
    return np.fft.irfft(spectrum, len(sound))


def shaped_noise(power, seed):
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(len(t)))
    freqs = np.maximum(np.fft.rfftfreq(len(t), 1 / RATE), 20)
    return audible(np.fft.irfft(spectrum * freqs ** (-power / 2), len(t)))


def speech():
    if not shutil.which("espeak-ng"):
        return None
    text = "The quick brown fox jumps over the lazy dog. Peter Piper picked a peck of pickled peppers. " * 4
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "speech.wav"
        subprocess.run(["espeak-ng", "-w", path, text], check=True)
        return decode(path)[: len(t)]


def materials():
    beat = np.arange(0, SECONDS, 0.25)
    yield "castanets", stereo(decaying(beat + rng.uniform(0, 0.05, len(beat)), lambda: rng.uniform(1500, 6000), 90))
    yield "glockenspiel", stereo(decaying(beat, lambda: rng.choice([1568, 2093, 2637, 3136]), 4, 4))
    yield "piano chords", stereo(decaying(np.repeat(beat[::4], 4), lambda: rng.choice([131, 165, 196, 262, 330, 392]), 2.5, 12))
    yield "pink noise, pulsing", stereo(shaped_noise(1, 3) * (0.55 + 0.45 * np.sin(2 * np.pi * 3 * t)), shaped_noise(1, 4))
    claps = np.zeros_like(t)
    for start in rng.integers(0, len(t) - 2000, SECONDS * 60):
        claps[start : start + 2000] += rng.standard_normal(2000) * np.exp(-np.arange(2000) / 250)
    claps = audible(claps)
    yield "applause", stereo(claps, np.roll(claps, 700))
    drums = decaying(beat[::2], lambda: 60, 12, 2) * 2 + shaped_noise(0, 5) * (np.exp(-((t * 4) % 1) * 12)) * 0.2
    yield "drums and bass", stereo(drums + 0.4 * np.sin(2 * np.pi * 55 * t) ** 3)
    yield "harpsichord", stereo(decaying(np.arange(0, SECONDS, 0.12), lambda: rng.choice([262, 294, 330, 349, 392, 440]), 5, 25))
    yield "sweep", stereo(np.sin(2 * np.pi * (50 * t + (8000 - 50) / (2 * SECONDS) * t * t)))
    glide = np.sin(2 * np.pi * 5 * t) * 0.02
    voice = sum(np.sin(2 * np.pi * 180 * n * (t + glide / 60)) / n**1.2 for n in range(1, 40))
    yield "sung vowel", stereo(voice * (0.6 + 0.4 * np.sin(2 * np.pi * 0.5 * t)))
    quiet = np.where((t % 2) < 1, 1.0, 0.003)
    yield "loud and quiet", stereo((shaped_noise(1, 6) + np.sin(2 * np.pi * 440 * t) * 20) * quiet)
    spoken = speech()
    if spoken is not None:
        yield "speech", spoken / np.abs(spoken).max() * 0.7


def decode(path):
    args = [OPTIONS.ffmpeg, "-v", "error", "-i", path, "-f", "f32le", "-ac", "2", "-ar", str(RATE), "-"]
    raw = subprocess.run(args, check=True, capture_output=True).stdout
    return np.frombuffer(raw, dtype="<f4").reshape(-1, 2).astype(float)


def write(ffmpeg, sound, args, path):
    head = [ffmpeg, "-v", "error", "-y", "-f", "f32le", "-ar", str(RATE), "-ch_layout", "stereo", "-i", "-"]
    subprocess.run([*head, *args, path], input=sound.astype("<f4").tobytes(), check=True)


N = 2048
WINDOW = np.hanning(N)
freqs = np.fft.rfftfreq(N, 1 / RATE)
bark = 7 * np.arcsinh(freqs / 650)
band = np.floor((bark - 7 * np.arcsinh(80 / 650)) / 0.25).astype(int)
band[(freqs < 80) | (freqs > 18000)] = -1
BANDS = band.max() + 1
centre = 7 * np.arcsinh(80 / 650) + 0.25 * (np.arange(BANDS) + 0.5)
distance = centre[None, :] - centre[:, None]
SPREAD = 10 ** (np.where(distance < 0, 27 * distance, -15 * distance) / 10)
SPREAD /= SPREAD.sum(axis=1, keepdims=True)
OFFSET = 10 ** (-np.where(centre <= 12, 3, 0.25 * centre) / 10)
khz = 650 * np.sinh(centre / 7) / 1000
# Threshold in quiet (Terhardt), with full scale at 92 dB SPL.
quiet_db = 3.64 * khz**-0.8 - 6.5 * np.exp(-0.6 * (khz - 3.3) ** 2) + 0.001 * khz**4
QUIET = 10 ** ((quiet_db - 92) / 10) * (WINDOW.sum() / 2) ** 2


def powers(x):
    starts = range(0, len(x) - N, N // 2)
    spectrum = np.abs(np.fft.rfft(np.stack([x[s : s + N] * WINDOW for s in starts]))) ** 2
    out = np.zeros((len(spectrum), BANDS))
    for index in range(BANDS):
        out[:, index] = spectrum[:, band == index].sum(axis=1)
    return out


def compare(source, decoded):
    ratios = []
    for channel in (0, 1):
        mask = powers(source[:, channel]) @ SPREAD * OFFSET + QUIET
        ratios.append(powers(source[:, channel] - decoded[:, channel]) / mask)
    ratio = np.concatenate(ratios)
    total = 10 * np.log10(ratio.mean(axis=1).mean())
    return total, (ratio.max(axis=1) > 10**0.15).mean() * 100


def grade(source, decoded, folder):
    files = [Path(folder) / "source.wav", Path(folder) / "decoded.wav"]
    for path, sound in zip(files, (source, decoded)):
        write(OPTIONS.ffmpeg, sound, ["-c:a", "pcm_f32le"], path)
    for version in ("--basic", "--advanced"):
        run = subprocess.run([OPTIONS.peaq, version, *files], check=True, capture_output=True, text=True)
        # Errors would stand in front.
        yield float(re.match(r"Objective Difference Grade: (\S+)", run.stdout)[1])


def measure(ffmpeg, sound, preset, reservoir, folder):
    path = Path(folder) / "out.mp3"
    write(ffmpeg, sound, ["-c:a", "libmp3lame", *PRESETS[preset], "-reservoir", reservoir], path)
    # The Xing header's delay and padding make the two the same length.
    decoded = decode(path) / LEVELS.get(preset, 1)
    assert len(decoded) == len(sound), "decoded without gaps"
    rate = path.stat().st_size * 8 / (len(sound) / RATE) / 1000
    return [rate, *compare(sound, decoded), *(grade(sound, decoded, folder) if OPTIONS.peaq else ())]


def main():
    heads = ["kbit/s", "total NMR dB", "disturbed %"]
    heads += ["ODG basic", "ODG advanced"] if OPTIONS.peaq else []
    print("with reservoir, without")
    print(f"{'preset':7} {'material':20}" + "".join(f"{head:>17}" for head in heads))
    with tempfile.TemporaryDirectory() as folder:
        sounds = list(materials())
        for preset in PRESETS:
            rows = []
            for name, sound in sounds:
                with_it = measure(OPTIONS.against or OPTIONS.ffmpeg, sound, preset, "1", folder)
                without = measure(OPTIONS.ffmpeg, sound, preset, "0", folder)
                rows.append(list(zip(with_it, without)))
                show(preset, name, rows[-1])
            show(preset, "mean", np.mean(rows, axis=0))


def show(preset, name, pairs):
    digits = [1, 1, 1, 2, 2]
    cells = "".join(f"{a:9.{n}f}{b:8.{n}f}" for n, (a, b) in zip(digits, pairs))
    print(f"{preset:7} {name:20}{cells}", flush=True)


main()
