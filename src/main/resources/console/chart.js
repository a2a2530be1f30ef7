// One line over time, with the line of its service level.
const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Values from old to new, null for none; `limit` null for none; `slots` is how many there will be; the scale is never below `least`. */
export function draw(canvas, values, { limit = null, slots, unit, least = 0.001 }) {
  const ratio = devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  if (!width) return;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const pen = canvas.getContext('2d');
  pen.scale(ratio, ratio);
  pen.font = '11px system-ui, sans-serif';
  const known = values.filter(value => value !== null);
  const top = nice(Math.max(limit ? limit * 1.15 : 0, ...known, least));
  const [left, foot] = [54, height - 6];
  const y = value => foot - (value / top) * (foot - 8);
  const x = i => left + ((slots - values.length + i) / (slots - 1)) * (width - left - 2);

  pen.fillStyle = css('--muted');
  pen.strokeStyle = css('--line');
  pen.textAlign = 'right';
  pen.textBaseline = 'middle';
  for (const mark of [0, top / 2, top]) {
    pen.beginPath();
    pen.moveTo(left, y(mark));
    pen.lineTo(width, y(mark));
    pen.stroke();
    pen.fillText(unit(mark), left - 5, Math.min(foot - 4, Math.max(8, y(mark))));
  }

  pen.strokeStyle = css('--accent');
  pen.lineWidth = 1.6;
  pen.beginPath();
  let drawing = false;
  values.forEach((value, i) => {
    if (value === null) {
      drawing = false;
    } else if (drawing) {
      pen.lineTo(x(i), y(value));
    } else {
      pen.moveTo(x(i), y(value));
      pen.lineTo(x(i) + 0.5, y(value));
      drawing = true;
    }
  });
  pen.stroke();

  if (limit) {
    pen.strokeStyle = pen.fillStyle = css('--bad');
    pen.lineWidth = 1;
    pen.setLineDash([5, 4]);
    pen.beginPath();
    pen.moveTo(left, y(limit));
    pen.lineTo(width, y(limit));
    pen.stroke();
    pen.fillText(`SLO ${unit(limit)}`, width - 4, y(limit) - 8);
  }
}

/** The next of 1, 2, 5 times a power of ten. */
function nice(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map(step => step * power).find(step => step >= value * 0.999);
}
