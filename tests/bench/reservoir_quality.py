"""What the bit reservoir is worth, preset by preset.

Encodes ten kinds of generated material with and without LAME's reservoir and compares each decoded
MP3 with its source by two variables of ITU-R BS.1387 (PEAQ): the total noise-to-mask ratio, in dB
(lower is better), and the share of frames in which some band's noise passes the mask by 1.5 dB.
The ear model is the FFT one with quarter-Bark bands, simplified: fixed spreading slopes, no time
smearing. Usage: reservoir_quality.py FFMPEG [seconds]. Needs numpy; espeak-ng adds real speech.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

RATE = 48000
FFMPEG = sys.argv[1]
SECONDS = int(sys.argv[2]) if len(sys.argv) > 2 else 10
PRESETS = {
    "v0": ["-q:a", "0"],
    "v2": ["-q:a", "2"],
    "320": ["-b:a", "320k"],
    "192": ["-b:a", "192k"],
    "128": ["-b:a", "128k"],
}
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


def shaped_noise(power, seed):
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(len(t)))
    freqs = np.maximum(np.fft.rfftfreq(len(t), 1 / RATE), 20)
    return np.fft.irfft(spectrum * freqs ** (-power / 2), len(t))


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
    args = [FFMPEG, "-v", "error", "-i", path, "-f", "f32le", "-ac", "2", "-ar", str(RATE), "-"]
    raw = subprocess.run(args, check=True, capture_output=True).stdout
    return np.frombuffer(raw, dtype="<f4").reshape(-1, 2).astype(float)


def encode(sound, args, folder):
    path = Path(folder) / "out.mp3"
    head = [FFMPEG, "-v", "error", "-y", "-f", "f32le", "-ar", str(RATE), "-ch_layout", "stereo", "-i", "-"]
    subprocess.run([*head, "-c:a", "libmp3lame", *args, path], input=sound.astype("<f4").tobytes(), check=True)
    return path


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
    length = min(len(source), len(decoded))
    ratios = []
    for channel in (0, 1):
        mask = powers(source[:length, channel]) @ SPREAD * OFFSET + QUIET
        ratios.append(powers(source[:length, channel] - decoded[:length, channel]) / mask)
    ratio = np.concatenate(ratios)
    total = 10 * np.log10(ratio.mean(axis=1).mean())
    return total, (ratio.max(axis=1) > 10**0.15).mean() * 100


def main():
    print(f"{'preset':7} {'material':20} {'kbit/s':>15} {'total NMR dB':>17} {'disturbed %':>15}")
    with tempfile.TemporaryDirectory() as folder:
        sounds = list(materials())
        for preset, args in PRESETS.items():
            rows = []
            for name, sound in sounds:
                row = []
                for reservoir in ("1", "0"):
                    path = encode(sound, [*args, "-reservoir", reservoir], folder)
                    rate = path.stat().st_size * 8 / (len(sound) / RATE) / 1000
                    row.extend([rate, *compare(sound, decode(path))])
                rows.append(row)
                show(preset, name, row)
            show(preset, "mean", np.mean(rows, axis=0))


def show(preset, name, row):
    with_it, without = row[:3], row[3:]
    cells = "  ".join(f"{a:7.1f} {b:7.1f}" for a, b in zip(with_it, without))
    print(f"{preset:7} {name:20} {cells}", flush=True)


main()
