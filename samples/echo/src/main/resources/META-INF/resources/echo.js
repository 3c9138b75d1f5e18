'use strict';
const element = id => document.getElementById(id);
const url = location.href.replace(/^http/, 'ws').replace(/[^/]*([?#].*)?$/, '') + 'echo_service';
let socket, timer, number = 0;

function clock(date) {
  return date.toTimeString().slice(0, 8) + '.' + String(date.getMilliseconds()).padStart(3, '0');
}

function show(list, text, took) {
  const item = document.createElement('li');
  const time = document.createElement('time');
  time.textContent = clock(new Date());
  item.append(time, text);
  if (took !== undefined) {
    const span = document.createElement('span');
    span.className = 'took';
    span.textContent = took.toFixed(3) + ' ms';
    item.append(span);
  }
  list.append(item);
  while (list.childElementCount > 500) list.firstElementChild.remove();
  list.scrollTop = list.scrollHeight;
}

function send() {
  const data = 'test message ' + ++number;
  socket.send(JSON.stringify({timestamp: performance.now(), data}));
  show(element('sent'), data);
}

function state(text, open, sending) {
  element('state').textContent = text;
  element('start').disabled = !open || sending;
  element('stop').disabled = !sending;
}

function start() {
  send();
  timer = setInterval(send, 1000);
  state('connected, sending', true, true);
}

function stop() {
  clearInterval(timer);
  state('connected', true, false);
}

function connect() {
  socket = new WebSocket(url);
  socket.onopen = start;
  socket.onmessage = event => {
    const echo = JSON.parse(event.data);
    show(element('received'), echo.data, performance.now() - echo.timestamp);
  };
  socket.onclose = event => {
    clearInterval(timer);
    state('closed ' + event.code + ' ' + event.reason + ', trying again', false, false);
    setTimeout(connect, 2000);
  };
}

async function source(file, target) {
  element(target).textContent = await (await fetch(file)).text();
}

element('start').onclick = start;
element('stop').onclick = stop;
source('Echo.java', 'endpoint');
source('echo.js', 'script');
connect();
